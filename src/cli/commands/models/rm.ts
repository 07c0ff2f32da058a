// tts models rm: remove models that were pulled or added.
import { forEachId } from '../../each-job.ts';
import { pathOfModel } from '../../model-path.ts';
import type { Options } from '../../options.ts';
import { withSession } from '../../session.ts';
import { show } from '../../show.ts';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  return withSession(options, ({ client }) =>
    forEachId(ids, options.json, async (id) => {
      await client.delete(pathOfModel(id));
      show(options, { id, removed: true }, () => [`${id} removed`]);
      return 0;
    }),
  );
}
