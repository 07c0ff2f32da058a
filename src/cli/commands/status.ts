// tts status: what is going on, or the details of some jobs. Loads as little as it can: it is run in prompts and loops.
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import type { OverviewReply } from '../../api/v1.ts';
import { forEachId, pathOf } from '../each-job.ts';
import { findDaemon, getApiKey, getHost } from '../find-daemon.ts';
import { getJson } from '../local-get.ts';
import { findDataDir, readEndpoint } from '../locate.ts';
import type { Options } from '../options.ts';
import { note } from '../output.ts';
import { getWidth, renderDetails, renderJobs } from '../render.ts';
import { show, showJobs } from '../show.ts';

interface Line {
  get: <T>(path: string) => Promise<T>;
  close: () => Promise<void>;
}

const REPLACED = 'Another ttsd was installed since this one started. Change over to it: tts daemon restart';
export const OVERVIEW_PATH = '/v1/overview';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  if (options.watch) return (await import('../watch.ts')).watch(ids, options);
  const { get, close } = await connect(options);
  try {
    if (ids.length === 0) return showOverview(await get<OverviewReply>(OVERVIEW_PATH), options);
    return await forEachId(ids, options.json, async (id) => {
      const job = await get<JobView>(pathOf(id));
      show(options, job, () => (ids.length === 1 ? renderDetails(job) : renderJobs([job], getWidth())));
      return 0;
    });
  } finally {
    await close();
  }
}

/** Running, then queued in the order they will be taken up, then what ended last. */
export function listShown({ running, queued, ended }: OverviewReply): JobView[] {
  return [...running, ...queued, ...ended];
}

/** That there is more than is shown; undefined when there is not. */
export function describeRest({ queue, queued }: OverviewReply): string | undefined {
  const rest = queue.queued.interactive + queue.queued.batch - queued.length;
  return rest > 0 ? `${rest} more are queued. See them with: tts list --state queued` : undefined;
}

function showOverview(overview: OverviewReply, options: Options): number {
  const { queue } = overview;
  const jobs = listShown(overview);
  const rest = describeRest(overview);
  showJobs(options, jobs);
  if (options.quiet) return 0;
  if (rest !== undefined && !options.json) note(rest);
  if (jobs.length === 0 && !options.json) note('No jobs yet. Make one: tts say "Hello."');
  if (queue.paused_since !== null) note('The queue is paused. It goes on with: tts resume');
  if (queue.program_replaced) note(REPLACED);
  return 0;
}

/** A daemon of this machine has said where it listens: it is looked for, and started, when nobody answers there. */
async function connect(options: Options): Promise<Line> {
  const told = getHost(options) === undefined ? readEndpoint(findDataDir()).socket : undefined;
  if (told === undefined) return lookFor(options);
  let other: Promise<Line> | undefined;
  return {
    async get<T>(path: string) {
      try {
        return await getJson<T>({ kind: 'unix', path: told }, path);
      } catch (error) {
        if (!(error instanceof TtsError) || error.code !== 'daemon_unreachable') throw error;
        other ??= lookFor(options);
        return (await other).get<T>(path);
      }
    },
    async close() {
      if (other) await (await other).close();
    },
  };
}

async function lookFor(options: Options): Promise<Line> {
  const address = await findDaemon(options);
  if (address.kind === 'unix')
    return { get: (path) => getJson(address, path), close: () => Promise.resolve() };
  const { Client } = await import('../client.ts');
  const client = new Client(address, getApiKey(options));
  return { get: (path) => client.get(path), close: () => client.close() };
}
