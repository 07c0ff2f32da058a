import { expect, test } from 'vitest';
import {
  type Candidate,
  INTERACTIVE_STREAK_LIMIT,
  pickNext,
} from '../../../src/daemon/inference/scheduler.ts';

function candidate(id: string, over: Partial<Candidate> = {}): Candidate {
  return { id, class: 'batch', priority: 0, lastTurn: 0, seq: 1, ...over };
}

test('nothing waiting, nothing picked', () => {
  expect(pickNext([], 0)).toBeUndefined();
});

test('someone who waits goes before a batch job of any priority', () => {
  const batch = candidate('batch', { priority: 100 });
  const interactive = candidate('interactive', { class: 'interactive', seq: 9 });
  expect(pickNext([batch, interactive], 0)?.id).toBe('interactive');
});

test('a waiting batch job gets its turn after a streak of interactive chunks', () => {
  const jobs = [candidate('batch'), candidate('interactive', { class: 'interactive' })];
  expect(pickNext(jobs, INTERACTIVE_STREAK_LIMIT - 1)?.id).toBe('interactive');
  expect(pickNext(jobs, INTERACTIVE_STREAK_LIMIT)?.id).toBe('batch');
});

test('jobs of one class and priority take turns', () => {
  const jobs = [candidate('a', { seq: 1 }), candidate('b', { seq: 2 }), candidate('c', { seq: 3 })];
  const order: string[] = [];
  for (let turn = 1; turn <= 7; turn++) {
    const next = pickNext(jobs, 0)!;
    next.lastTurn = turn;
    order.push(next.id);
  }
  expect(order.join('')).toBe('abcabca');
});

test('a higher priority goes first, whoever was served last', () => {
  const low = candidate('low', { lastTurn: 0 });
  const high = candidate('high', { priority: 1, lastTurn: 50, seq: 9 });
  expect(pickNext([low, high], 0)?.id).toBe('high');
});
