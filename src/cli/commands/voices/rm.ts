// tts voices rm: remove voices of the user's own.
import { forEachId } from '../../each-job.ts';
import type { Options } from '../../options.ts';
import { withSession } from '../../session.ts';
import { show } from '../../show.ts';
import { pathOfVoice } from '../../voice-path.ts';

export async function run(names: readonly string[], options: Options): Promise<number> {
  return withSession(options, ({ client }) =>
    forEachId(names, options.json, async (name) => {
      await client.delete(pathOfVoice(name));
      show(options, { id: name, removed: true }, () => [`${name} removed`]);
      return 0;
    }),
  );
}
