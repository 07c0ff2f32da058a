// tts lexicon list: the words whose pronunciation the user has set.
import type { LexiconReply } from '../../../api/lexicon.ts';
import type { Options } from '../../options.ts';
import { note, print, printJson } from '../../output.ts';
import { alignColumns, cutLine, getWidth } from '../../render.ts';
import { withSession } from '../../session.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const reply = await withSession(options, ({ client }) => client.get<LexiconReply>('/v1/lexicon'));
  const { entries, problems, file } = reply;
  if (options.json) for (const entry of entries) printJson(entry);
  else if (options.quiet) for (const { word } of entries) print(word);
  else {
    for (const line of alignColumns(entries.map(({ word, say, language }) => [word, say, language ?? ''])))
      print(cutLine(line, getWidth()));
  }
  for (const problem of problems) note(problem);
  if (entries.length === 0 && problems.length === 0 && !options.json && !options.quiet)
    note(`There are no words in ${file}. Add one: tts lexicon add nginx engine x`);
  return 0;
}
