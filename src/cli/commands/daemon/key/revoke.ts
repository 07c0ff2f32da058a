// tts daemon key revoke: the next request with such a key is refused.

import { TtsError } from '../../../../api/errors.ts';
import { listKeys, removeKey } from '../../../../api/key-files.ts';
import { findKeysHome, viewKey } from '../../../keys.ts';
import type { Options } from '../../../options.ts';
import { show } from '../../../show.ts';

export async function run(words: readonly string[], options: Options): Promise<number> {
  const dataDir = findKeysHome(options);
  const keys = listKeys(dataDir);
  // First all of them, so that a wrong one is said before anything is done.
  const meant = [...new Set(words)].map((word) => {
    const found = keys.filter(({ id, name }) => id === word || name === word);
    if (found.length === 1) return found[0]!;
    throw new TtsError(
      found.length === 0 ? 'key_not_found' : 'usage',
      found.length === 0
        ? `There is no key ${JSON.stringify(word.slice(0, 100))}. See: tts daemon key list`
        : `There are ${found.length} keys named ${JSON.stringify(word)}. Give the id: ${found.map(({ id }) => id).join(', ')}`,
    );
  });
  for (const key of meant) {
    removeKey(dataDir, key.id);
    show(options, viewKey(key), () => [`revoked ${key.id}  ${key.name}`]);
  }
  return 0;
}
