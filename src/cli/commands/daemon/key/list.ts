// tts daemon key list: what keys there are, never the keys themselves.
import { listKeys } from '../../../../api/key-files.ts';
import { findKeysHome, viewKey } from '../../../keys.ts';
import type { Options } from '../../../options.ts';
import { note } from '../../../output.ts';
import { formatTime } from '../../../render.ts';
import { show } from '../../../show.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const keys = listKeys(findKeysHome(options)).map(viewKey);
  if (keys.length === 0 && !options.json && !options.quiet)
    note('No keys yet. Make one: tts daemon key new NAME');
  const width = Math.max(0, ...keys.map(({ name }) => name.length));
  for (const key of keys) {
    const used = key.used_at === null ? 'never used' : `used ${formatTime(key.used_at)}`;
    show(options, key, () => [
      `${key.id}  ${key.name.padEnd(width)}  made ${formatTime(key.created_at)}  ${used}`,
    ]);
  }
  return 0;
}
