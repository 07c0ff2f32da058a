// tts lexicon rm: let words be said as they were before.
import { forEachId } from '../../each-job.ts';
import type { Options } from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { withSession } from '../../session.ts';

export async function run(words: readonly string[], options: Options): Promise<number> {
  return withSession(options, ({ client }) =>
    forEachId(words, options.json, async (word) => {
      await client.delete(`/v1/lexicon/${encodeURIComponent(word)}`);
      if (options.json) printJson({ word, removed: true });
      else print(options.quiet ? word : `${word} removed`);
      return 0;
    }),
  );
}
