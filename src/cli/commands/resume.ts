// tts resume: let the queue go on.
import type { QueueReply } from '../../api/v1.ts';
import type { Options } from '../options.ts';
import { print, printJson } from '../output.ts';
import { withSession } from '../session.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  return withSession(options, async ({ client }) => {
    const queue = await client.post<QueueReply>('/v1/queue/resume', {});
    if (options.json) printJson(queue);
    else if (!options.quiet) print('The queue goes on.');
    return 0;
  });
}
