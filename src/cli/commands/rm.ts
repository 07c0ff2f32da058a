// tts rm: forget jobs that have ended, and their sound.
import { forEachId, pathOf } from '../each-job.ts';
import type { Options } from '../options.ts';
import { withSession } from '../session.ts';
import { show } from '../show.ts';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  return withSession(options, ({ client }) =>
    forEachId(ids, options.json, async (id) => {
      await client.delete(pathOf(id));
      show(options, { id, removed: true }, () => [`${id} removed`]);
      return 0;
    }),
  );
}
