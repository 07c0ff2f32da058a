// What is known of a job's states. The types come from the contract; its schemas stay out of the page.
import type { JobState } from '../../api/job.ts';

export type { JobView } from '../../api/job.ts';

/** A job in one of these stays as it is. */
export const FINAL: readonly JobState[] = ['completed', 'failed', 'cancelled'];

export const JOB_STATES: readonly JobState[] = ['queued', 'running', 'completed', 'failed', 'cancelled'];
