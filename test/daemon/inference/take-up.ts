// A job of four chunks as the loop has taken it up.
import { ActiveJob } from '../../../src/daemon/inference/active-job.ts';
import type { RunningJob } from '../../../src/daemon/jobs/job.ts';
import { makeJob, NOON } from '../jobs/samples.ts';

export const TEXT = 'One. Two. Three. Four.';

export function takeUp(progress = { doneChars: 0, doneChunks: 0, totalChunks: 0 }): ActiveJob {
  const running = { state: 'running' as const, owner: 'me', startedAt: NOON, createdAt: NOON, seq: 1 };
  const job: RunningJob = {
    ...makeJob(),
    ...running,
    textChars: TEXT.length,
    attempt: 1,
    crashes: 0,
    progress,
  };
  const plan = [0, 5, 10, 17].map((start, index) => ({
    start,
    end: [4, 9, 16, 22][index]!,
    boundary: 'sentence' as const,
    key: String(index).repeat(64),
    voice: null,
    leadMs: 0,
    speaker: 'heart',
    language: 'en-US',
    spoken: { text: '', edits: [] },
    seed: 1,
  }));
  return new ActiveJob(job, plan);
}
