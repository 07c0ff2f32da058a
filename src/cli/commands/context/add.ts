// tts context add: give another daemon a name.
import { TtsError } from '../../../api/errors.ts';
import { readContexts, writeContexts } from '../../contexts.ts';
import { getApiKey, getHost } from '../../find-daemon.ts';
import { parseHost } from '../../locate.ts';
import type { Options } from '../../options.ts';
import { showContext } from '../../show-context.ts';

/** The key comes from `--api-key` or `TTS_KEY`, so that it need not stand in the shell's history. */
export async function run([name]: readonly string[], options: Options): Promise<number> {
  const host = getHost(options);
  if (host === undefined)
    throw new TtsError(
      'usage',
      'Where is it? Give --host, as in: tts context add box --host http://box:8004',
    );
  parseHost(host);
  const { current, contexts } = readContexts();
  const context = { name: name!, host, apiKey: getApiKey(options) ?? null };
  const others = contexts.filter((other) => other.name !== name);
  writeContexts({ current, contexts: [...others, context] });
  showContext(context, { options, isCurrent: name === current });
  return 0;
}
