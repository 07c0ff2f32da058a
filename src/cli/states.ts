// The words for a job's state, apart from the schemas: loading those takes longer than most verbs.
import type { JobState } from '../api/job.ts';

const STATES: Record<JobState, true> = {
  queued: true,
  running: true,
  completed: true,
  failed: true,
  cancelled: true,
};
export const STATE_WORDS = Object.keys(STATES);
