// What the keys of tts top do to jobs and to the queue.
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import type { CancelReply, QueueReply } from '../../api/v1.ts';
import { pathOf } from '../each-job.ts';
import { playJob, requirePlayer } from '../play.ts';
import { shortenId } from '../render.ts';
import type { Session } from '../session.ts';

const MOST = 100;

/** Each gives what there is to say about it. */
export async function cancel({ client }: Session, job: JobView): Promise<string> {
  const reply = await client.post<CancelReply>(pathOf(job.id, '/cancel'), {});
  return reply.cancelled
    ? `${shortenId(job.id)} cancelled`
    : `${shortenId(job.id)} had ended: ${reply.job.state}`;
}

export async function retry({ client }: Session, job: JobView): Promise<string> {
  const { state } = await client.post<JobView>(pathOf(job.id, '/retry'), {});
  return `${shortenId(job.id)} ${state}`;
}

/** Before `other`, or behind it: what goes first is decided by priority. */
export async function move(
  { client }: Session,
  job: JobView,
  { past, up }: { past: JobView; up: boolean },
): Promise<string> {
  const priority = Math.max(-MOST, Math.min(MOST, past.priority + (up ? 1 : -1)));
  await client.patch<JobView>(pathOf(job.id), { priority });
  return `${shortenId(job.id)} has priority ${priority}`;
}

export async function togglePause({ client }: Session, isPaused: boolean): Promise<string> {
  await client.post<QueueReply>(`/v1/queue/${isPaused ? 'resume' : 'pause'}`, {});
  return isPaused ? 'The queue goes on.' : 'The queue is paused.';
}

/** Until it was heard to the end or is stopped; rejects as `playJob` does. */
export function play(session: Session, job: JobView): { stop: () => void; ended: Promise<void> } {
  const controller = new AbortController();
  const player = requirePlayer();
  const ended = playJob(session, job, player, controller.signal).catch((error) => {
    if (!controller.signal.aborted) throw error;
  });
  return { stop: () => controller.abort(), ended };
}

export function describeFailure(error: unknown): string {
  return error instanceof TtsError ? error.message : String(error);
}
