// tts lexicon add: set how a word is said.
import type { LexiconWord } from '../../../api/lexicon.ts';
import type { Options } from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { withSession } from '../../session.ts';

export async function run([word, ...say]: readonly string[], options: Options): Promise<number> {
  const body = {
    say: say.join(' '),
    ...(options.language === undefined ? {} : { language: options.language }),
  };
  const entry = await withSession(options, ({ client }) =>
    client.put<LexiconWord>(`/v1/lexicon/${encodeURIComponent(word!)}`, body),
  );
  if (options.json) printJson(entry);
  else print(options.quiet ? entry.word : `${entry.word}  ${entry.say}`);
  return 0;
}
