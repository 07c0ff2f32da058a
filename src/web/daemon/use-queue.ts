// The queue as a whole.
import type { QueueReply } from '../../api/v1.ts';
import { useMovingQuestion } from './use-moving-question.ts';

const SETTLE_MS = 300;

export function useQueue(): QueueReply | undefined {
  return useMovingQuestion<QueueReply>('v1/queue', SETTLE_MS);
}
