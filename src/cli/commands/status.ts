// tts status: what is going on, or the details of some jobs. Loads as little as it can: it is run in prompts and loops.
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import type { ListReply, QueueReply } from '../../api/v1.ts';
import { forEachId, pathOf } from '../each-job.ts';
import { findDaemon, getApiKey, getHost } from '../find-daemon.ts';
import { getJson } from '../local-get.ts';
import { findDataDir, readEndpoint } from '../locate.ts';
import type { Options } from '../options.ts';
import { note } from '../output.ts';
import { getWidth, renderDetails, renderJobs } from '../render.ts';
import { show, showJobs } from '../show.ts';

type Get = <T>(path: string) => Promise<T>;

interface Line {
  get: Get;
  close: () => Promise<void>;
}

const REPLACED = 'Another ttsd was installed since this one started. Change over to it: tts daemon restart';
const SHOWN_FINISHED = 5;

export async function run(ids: readonly string[], options: Options): Promise<number> {
  if (options.watch) return (await import('../watch.ts')).watch(ids, options);
  const { get, close } = await connect(options);
  try {
    if (ids.length === 0) {
      const [jobs, queue] = await Promise.all([listCurrent(get), get<QueueReply>('/v1/queue')]);
      return showOverview(jobs, queue, options);
    }
    return await forEachId(ids, options.json, async (id) => {
      const job = await get<JobView>(pathOf(id));
      show(options, job, () => (ids.length === 1 ? renderDetails(job) : renderJobs([job], getWidth())));
      return 0;
    });
  } finally {
    await close();
  }
}

/** Running, then queued in the order they will be taken up, then what ended last. One question is enough while there are few jobs. */
export async function listCurrent(get: Get): Promise<JobView[]> {
  const newest = await get<ListReply>('/v1/jobs?limit=100');
  const list = async (state: 'running' | 'queued') =>
    newest.next_cursor === null
      ? newest.jobs.filter((job) => job.state === state)
      : (await get<ListReply>(`/v1/jobs?state=${state}&limit=100`)).jobs;
  const [running, queued] = await Promise.all([list('running'), list('queued')]);
  const waiting = queued.sort(compareTurns);
  const ended = newest.jobs.filter((job) => job.finished_at !== null);
  const shown = new Map<string, JobView>();
  // A job may move on between the answers: the first place it was seen at counts.
  for (const job of [...running, ...waiting, ...ended.slice(0, SHOWN_FINISHED)]) {
    if (!shown.has(job.id)) shown.set(job.id, job);
  }
  return [...shown.values()];
}

/** Of one submitter's jobs: who is waited for, then the highest priority, then the oldest. */
export function compareTurns(a: JobView, b: JobView): number {
  if (a.class !== b.class) return a.class === 'interactive' ? -1 : 1;
  return b.priority - a.priority || Date.parse(a.created_at) - Date.parse(b.created_at);
}

function showOverview(jobs: readonly JobView[], queue: QueueReply, options: Options): number {
  if (queue.paused_since !== null && !options.quiet) note('The queue is paused. It goes on with: tts resume');
  if (queue.program_replaced && !options.quiet) note(REPLACED);
  if (jobs.length === 0 && !options.json && !options.quiet) note('No jobs yet. Make one: tts say "Hello."');
  showJobs(options, jobs);
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
