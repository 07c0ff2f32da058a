// Submits a job and waits for its end by push, as `tts wait` does.
import type { SubmitReply } from '../src/api/v1.ts';
import type { Daemon } from '../test/helpers/daemon.ts';

/** Resolves when the job is completed; throws when it ends otherwise. */
export async function waitForJob(
  daemon: Daemon,
  request: { text: string; seed: number; model?: string; voice?: string },
): Promise<void> {
  const { jobs } = (await daemon.call('POST', '/v1/jobs', request)).json<SubmitReply>();
  const events = await daemon.call('GET', `/v1/jobs/${jobs[0]!.job.id}/events`);
  const last = events.body.toString().trimEnd().split('\n\n').at(-1)!;
  if (!last.includes('"state":"completed"')) throw new Error(`the job did not complete: ${last}`);
}
