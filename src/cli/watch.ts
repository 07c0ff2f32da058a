// tts status --watch: jobs live. On a terminal the lines are redrawn in place; in a pipe each change is a line.
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobView } from '../api/job.ts';
import type { OverviewReply } from '../api/v1.ts';
import { listShown, OVERVIEW_PATH } from './commands/status.ts';
import { pathOf } from './each-job.ts';
import { followJob } from './follow.ts';
import type { Options } from './options.ts';
import { print, printJson } from './output.ts';
import { getWidth, renderJobs } from './render.ts';
import { type Session, withInterruptible } from './session.ts';

const REFRESH_MS = 1000;

/** With ids: until all of them have ended. Without: until it is interrupted. */
export function watch(ids: readonly string[], options: Options): Promise<number> {
  return withInterruptible(options, (session, signal) => {
    const show = createDisplay(options);
    return ids.length === 0 ? watchQueue(session, show, signal) : watchJobs(session, ids, show, signal);
  });
}

async function watchJobs(
  session: Session,
  ids: readonly string[],
  show: Show,
  signal: AbortSignal,
): Promise<number> {
  const jobs = await Promise.all(ids.map((id) => session.client.get<JobView>(pathOf(id))));
  const follow = async (job: JobView, index: number) => {
    for await (const view of followJob(session, job.id, signal)) {
      jobs[index] = view;
      show(jobs, view);
    }
  };
  await Promise.all(jobs.map(follow));
  return 0;
}

/** The queue as a whole has no event stream: it is asked once a second. */
async function watchQueue(session: Session, show: Show, signal: AbortSignal): Promise<number> {
  for (;;) {
    const { client } = session;
    const overview = await client.get<OverviewReply>(OVERVIEW_PATH).catch(() => undefined);
    signal.throwIfAborted();
    if (overview) show(listShown(overview));
    else await session.reopen(client, signal);
    await sleep(REFRESH_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** `changed` is the one job that is new in the list; without it all are. */
type Show = (jobs: readonly JobView[], changed?: JobView) => void;

function createDisplay(options: Options): Show {
  if (options.json) return (jobs, changed) => (changed ? [changed] : jobs).forEach(printJson);
  if (!process.stdout.isTTY) {
    return (jobs, changed) => renderJobs(changed ? [changed] : jobs, getWidth()).forEach(print);
  }
  let drawn = 0;
  return (jobs) => {
    const lines = renderJobs(jobs, getWidth()).slice(0, process.stdout.rows - 1);
    const back = drawn > 0 ? `\x1b[${drawn}A\x1b[J` : '';
    process.stdout.write(`${back}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  };
}
