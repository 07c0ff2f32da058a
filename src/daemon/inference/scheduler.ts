// Which job's chunk goes next: a pure function of what is waiting.
import type { JobClass } from '../../api/job.ts';

export interface Candidate {
  id: string;
  class: JobClass;
  /** Higher goes first. */
  priority: number;
  /** Number of the turn in which this job last had a chunk taken; 0 when never. */
  lastTurn: number;
  /** Order of acceptance. */
  seq: number;
}

/** After so many interactive chunks in a row a waiting batch chunk goes, so that batch never starves. */
export const INTERACTIVE_STREAK_LIMIT = 8;

/**
 * Interactive before batch; inside a class the highest priority, then whoever was served longest ago, then the oldest.
 * `interactiveStreak` counts the interactive chunks since the last batch chunk.
 */
export function pickNext<T extends Candidate>(
  candidates: readonly T[],
  interactiveStreak: number,
): T | undefined {
  const waiting = (name: JobClass) =>
    candidates.filter((candidate) => candidate.class === name).sort(compare);
  const [interactive] = waiting('interactive');
  const [batch] = waiting('batch');
  if (batch !== undefined && interactiveStreak >= INTERACTIVE_STREAK_LIMIT) return batch;
  return interactive ?? batch;
}

function compare(a: Candidate, b: Candidate): number {
  return b.priority - a.priority || a.lastTurn - b.lastTurn || a.seq - b.seq;
}
