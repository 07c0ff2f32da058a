import { expect, test } from 'vitest';
import { countWorkBefore, type Share, type Situation } from '../../../src/daemon/inference/estimate.ts';

const NOW = 1_000_000;

function makeShare(over: Partial<Share> = {}): Share {
  return {
    class: 'batch',
    submitter: 'me',
    priority: 0,
    createdAt: NOW - 1000,
    seq: 1,
    chars: 1000,
    remaining: 1000,
    ...over,
  };
}

function count(mine: Share, over: Partial<Situation> = {}): number {
  const quiet = { active: [], queued: [], rank: null, weights: new Map<string, number>() };
  return countWorkBefore(mine, { now: NOW, msPerUnit: 1, chunkUnits: 100, ...quiet, ...over });
}

test('alone, nothing goes before', () => {
  expect(count(makeShare())).toBe(0);
});

test('another submitter gets as much as I do meanwhile, and no more than he has', () => {
  expect(count(makeShare(), { active: [makeShare({ submitter: 'b', remaining: 90_000 })] })).toBe(1000);
  expect(count(makeShare(), { active: [makeShare({ submitter: 'b', remaining: 300 })] })).toBe(300);
  const weights = new Map([['b', 2]]);
  expect(count(makeShare(), { active: [makeShare({ submitter: 'b', remaining: 9000 })], weights })).toBe(
    2000,
  );
});

test('of my own jobs those go before that the scheduler puts before', () => {
  const before = makeShare({ seq: 0, remaining: 400 });
  const behind = makeShare({ seq: 2 });
  const urgent = makeShare({ seq: 3, priority: 1, remaining: 50 });
  const short = makeShare({ seq: 4, chars: 10, remaining: 10, createdAt: NOW });
  expect(count(makeShare(), { active: [before, behind, urgent, short] })).toBe(460);
});

test('batch waits for all that is interactive, interactive for an eighth of batch', () => {
  const interactive = makeShare({ class: 'interactive', submitter: 'b', remaining: 800 });
  expect(count(makeShare(), { active: [interactive] })).toBe(800);
  expect(count(interactive, { active: [makeShare({ remaining: 90_000 })] })).toBe(100);
});

test('in the queue, the jobs before it count by their mean length', () => {
  const queued = [{ class: 'batch' as const, submitter: 'me', queued: 10, queuedChars: 5000 }];
  expect(count(makeShare(), { queued, rank: 4 })).toBe(1500);
});
