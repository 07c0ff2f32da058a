// What passes between the store and its thread.
import { TtsError } from '../../api/errors.ts';
import type { CommitCounts } from './group-commit.ts';
import type { Queries } from './queries.ts';
import type { Transitions } from './transitions.ts';

type Operations = Transitions & Queries & { getStats(): CommitCounts };

export interface ThreadRequest {
  number: number;
  operation: keyof Operations | 'close';
  args: readonly unknown[];
}

export interface Commit {
  tookMs: number;
  /** Whether a job changed by it, and more than its progress. */
  changed: boolean;
}

export type ThreadAnswer = { number: number } & ({ value: unknown } | { error: PackedError });

/** The first message is how opening went; each later one is the answers of a batch, with the commit that they waited for. */
export type ThreadMessage =
  | { opened: true }
  | { opened: false; error: PackedError }
  | { answers: ThreadAnswer[]; commit?: Commit };

/** Classes do not survive the way between threads. */
export type PackedError = Pick<TtsError, 'code' | 'message' | 'fields' | 'cause'>;

export function packError({ code, message, fields, cause }: TtsError): PackedError {
  return { code, message, fields, cause: cause instanceof Error ? cause : undefined };
}

export function unpackError({ code, message, fields, cause }: PackedError): TtsError {
  return new TtsError(code, message, { fields, cause });
}
