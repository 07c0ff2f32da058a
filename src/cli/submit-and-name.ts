// Submitting for somebody who may press Ctrl-C meanwhile: what the daemon has taken is named all the same.
import type { JobRequest } from '../api/job.ts';
import type { SubmittedJob } from '../api/v1.ts';
import { catchInterrupt } from './interrupt.ts';
import { note } from './output.ts';
import type { Session } from './session.ts';
import { submitJobs } from './submit.ts';

/**
 * As `submitJobs`. When `signal` comes before the answer, that is still waited for, as only it has the ids; a second Ctrl-C does not
 * wait, and rejects with its reason.
 */
export async function submitAndName(
  session: Session,
  requests: readonly JobRequest[],
  signal: AbortSignal,
): Promise<SubmittedJob[]> {
  let second: ReturnType<typeof catchInterrupt> | undefined;
  const awaitSecond = () => {
    second = catchInterrupt();
    session.endWith(second.signal);
    note('Asking the daemon what it has taken. Ctrl-C again does not wait for that.');
  };
  signal.addEventListener('abort', awaitSecond, { once: true });
  try {
    return await submitJobs(session, requests);
  } catch (error) {
    if (second?.signal.aborted) note('Whether it was queued is not known. See: tts list');
    throw error;
  } finally {
    signal.removeEventListener('abort', awaitSecond);
    second?.stop();
  }
}
