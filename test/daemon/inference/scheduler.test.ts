import { expect, test } from 'vitest';
import {
  BATCH_PATIENCE_MS,
  charge,
  decide,
  EMPTY_LEDGER,
  type Flight,
  INTERACTIVE_SHARE,
  type Lane,
  type Snapshot,
  type WaitingJob,
} from '../../../src/daemon/inference/scheduler.ts';

const NOW = 1_000_000;
const NO_WEIGHTS = new Map<string, number>();

function makeJob(id: string, over: Partial<WaitingJob> = {}): WaitingJob {
  return {
    id,
    class: 'batch',
    submitter: 'somebody',
    priority: 0,
    createdAt: NOW - 1000,
    seq: 1,
    model: 'm',
    chars: 1000,
    nextChunkChars: 100,
    waitingSince: NOW,
    isSuspect: false,
    ...over,
  };
}

function makeLane(over: Partial<Lane> = {}): Lane {
  return {
    model: 'm',
    isUp: true,
    upSince: 0,
    idleSince: 0,
    loadMs: 1000,
    memoryBytes: 100,
    flights: [],
    ledger: EMPTY_LEDGER,
    ...over,
  };
}

function ask(jobs: WaitingJob[], over: Partial<Snapshot> = {}) {
  return decide({
    now: NOW,
    jobs,
    lanes: [makeLane()],
    maxUp: 1,
    maxUpBytes: 1000,
    weights: NO_WEIGHTS,
    ...over,
  });
}

function askWhich(jobs: WaitingJob[], over: Partial<Snapshot> = {}): string | undefined {
  const step = ask(jobs, over);
  return step?.do === 'start' ? step.job.id : step?.do;
}

/** Lets one host work through `turns` chunks of jobs that never end; answers whose they were. */
function serve(jobs: WaitingJob[], turns: number, { weights = NO_WEIGHTS, chunkMs = 10 } = {}): WaitingJob[] {
  let ledger = { ...EMPTY_LEDGER, batchServedAt: NOW };
  const waiting = jobs.map((job) => ({ ...job }));
  return Array.from({ length: turns }, (_, turn) => {
    const now = NOW + turn * chunkMs;
    const step = ask(waiting, { now, lanes: [makeLane({ ledger })], weights });
    if (step?.do !== 'start') throw new Error(`expected a start, got ${step?.do}`);
    ledger = charge(ledger, step.job, { now, weights });
    waiting.find(({ id }) => id === step.job.id)!.waitingSince = now;
    return step.job;
  });
}

function count(jobs: readonly WaitingJob[], submitter: string): number {
  return jobs.filter((job) => job.submitter === submitter).length;
}

const IN_HAND: Flight = { class: 'batch', isOwed: false };

test('nothing waiting, nothing to do', () => {
  expect(ask([])).toBeUndefined();
});

test('a host gets one chunk in hand and one waiting, no more', () => {
  expect(askWhich([makeJob('a')], { lanes: [makeLane({ flights: [IN_HAND] })] })).toBe('a');
  expect(ask([makeJob('a')], { lanes: [makeLane({ flights: [IN_HAND, IN_HAND] })] })).toBeUndefined();
});

test('someone who waits goes before a batch job of any priority and age', () => {
  const jobs = [
    makeJob('batch', { priority: 100, createdAt: 0 }),
    makeJob('interactive', { class: 'interactive', submitter: 'another', priority: -100 }),
  ];
  expect(askWhich(jobs)).toBe('interactive');
});

test('the waiting batch chunk is taken out of the host for someone who waits, the one in hand is not', () => {
  const jobs = [makeJob('interactive', { class: 'interactive' })];
  const flights: Flight[] = [IN_HAND, IN_HAND];
  expect(ask(jobs, { lanes: [makeLane({ flights })] })).toEqual({ do: 'withdraw', model: 'm' });
  expect(askWhich(jobs, { lanes: [makeLane({ flights: [IN_HAND] })] })).toBe('interactive');
  const owed: Flight[] = [IN_HAND, { class: 'batch', isOwed: true }];
  expect(ask(jobs, { lanes: [makeLane({ flights: owed })] })).toBeUndefined();
  const theirs: Flight[] = [IN_HAND, { class: 'interactive', isOwed: false }];
  expect(ask(jobs, { lanes: [makeLane({ flights: theirs })] })).toBeUndefined();
});

test('batch keeps its share of a host that interactive work fills', () => {
  const jobs = [makeJob('batch'), makeJob('interactive', { class: 'interactive' })];
  const served = serve(jobs, 9 * 20);
  expect(served.filter((job) => job.class === 'batch')).toHaveLength(20);
  expect(INTERACTIVE_SHARE).toBe(8);
});

test('where chunks take long, batch waits no longer than the bound', () => {
  const jobs = [makeJob('batch'), makeJob('interactive', { class: 'interactive' })];
  const served = serve(jobs, 30, { chunkMs: BATCH_PATIENCE_MS / 3 });
  const turns = served.flatMap((job, turn) => (job.class === 'batch' ? [turn] : []));
  expect(turns.length).toBeGreaterThan(5);
  for (const [index, turn] of turns.entries()) expect(turn - (turns[index - 1] ?? 0)).toBeLessThanOrEqual(4);
});

test('submitters share by characters, whatever the number, length and priority of their jobs', () => {
  const many = Array.from({ length: 20 }, (_, index) =>
    makeJob(`many ${index}`, { submitter: 'many', priority: 100, seq: index }),
  );
  const served = serve([...many, makeJob('one', { submitter: 'one', nextChunkChars: 50 })], 300);
  expect(count(served, 'one')).toBe(200);
  expect(count(served, 'many')).toBe(100);
});

test('a weight is a share', () => {
  const jobs = [makeJob('a', { submitter: 'a' }), makeJob('b', { submitter: 'b' })];
  const served = serve(jobs, 80, { weights: new Map([['a', 3]]) });
  expect(count(served, 'a')).toBe(60);
});

test('who was away gets no credit for it', () => {
  const [a, b] = [makeJob('a', { submitter: 'a' }), makeJob('b', { submitter: 'b' })];
  let ledger = EMPTY_LEDGER;
  for (let turn = 0; turn < 100; turn++) ledger = charge(ledger, a, { now: NOW, weights: NO_WEIGHTS });
  const served: string[] = [];
  for (let turn = 0; turn < 10; turn++) {
    const step = ask([a, b], { lanes: [makeLane({ ledger })] });
    if (step?.do !== 'start') throw new Error('expected a start');
    served.push(step.job.id);
    ledger = charge(ledger, step.job, { now: NOW, weights: NO_WEIGHTS });
  }
  expect(served.filter((id) => id === 'b').length).toBeLessThanOrEqual(6);
});

test('of one submitter the highest priority goes first, then the oldest of a length', () => {
  const [old, young] = [makeJob('old'), makeJob('young', { createdAt: NOW - 10, seq: 2 })];
  expect(askWhich([young, old])).toBe('old');
  expect(askWhich([{ ...young, priority: 1 }, old])).toBe('young');
});

test('a line passes an older book of the same submitter, and a book that has waited long enough passes lines', () => {
  const book = makeJob('book', { chars: 300_000, createdAt: NOW - 60_000 });
  const line = makeJob('line', { chars: 60, createdAt: NOW - 100, seq: 2 });
  expect(askWhich([book, line])).toBe('line');
  expect(askWhich([{ ...book, createdAt: NOW - 1_000_000 }, line])).toBe('book');
});

test('a job on which the host just died lets all others go first', () => {
  const suspect = makeJob('suspect', { class: 'interactive', isSuspect: true });
  expect(askWhich([suspect, makeJob('other', { submitter: 'another' })])).toBe('other');
  expect(askWhich([suspect])).toBe('suspect');
});

test('models that fit are loaded side by side', () => {
  const jobs = [makeJob('a'), makeJob('b', { model: 'n' })];
  const lanes = [makeLane({ flights: [IN_HAND, IN_HAND] }), makeLane({ model: 'n', isUp: false })];
  expect(askWhich(jobs, { lanes, maxUp: 2 })).toBe('b');
  expect(ask(jobs, { lanes, maxUp: 1 })).toBeUndefined();
});

test('models that do not fit into the memory take turns; one that is larger than all of it is loaded alone', () => {
  const jobs = [makeJob('a'), makeJob('b', { model: 'n' })];
  const busy = makeLane({ flights: [IN_HAND, IN_HAND] });
  const other = makeLane({ model: 'n', isUp: false });
  expect(askWhich(jobs, { lanes: [busy, other], maxUp: 2, maxUpBytes: 200 })).toBe('b');
  expect(ask(jobs, { lanes: [busy, other], maxUp: 2, maxUpBytes: 199 })).toBeUndefined();
  const idle = makeLane({ upSince: NOW - 10 });
  const lanes = [idle, other];
  expect(ask([jobs[1]!], { lanes, maxUp: 2, maxUpBytes: 199 })).toEqual({ do: 'unload', model: 'm' });
  expect(askWhich([jobs[1]!], { lanes: [{ ...idle, isUp: false }, other], maxUpBytes: 1 })).toBe('b');
});

test('an idle model makes room at once', () => {
  const lanes = [makeLane({ upSince: NOW - 10 }), makeLane({ model: 'n', isUp: false })];
  expect(ask([makeJob('b', { model: 'n' })], { lanes })).toEqual({ do: 'unload', model: 'm' });
});

test('a busy model keeps its place for a while, then finishes what it has in hand and makes room', () => {
  const jobs = [makeJob('a'), makeJob('b', { model: 'n' })];
  const withFlights = (upSince: number, flights: Flight[]) => [
    makeLane({ upSince, flights }),
    makeLane({ model: 'n', isUp: false }),
  ];
  expect(askWhich(jobs, { lanes: withFlights(NOW - 9000, [IN_HAND]) })).toBe('a');
  expect(ask(jobs, { lanes: withFlights(NOW - 10_000, [IN_HAND]) })).toBeUndefined();
  expect(ask(jobs, { lanes: withFlights(NOW - 10_000, []) })).toEqual({ do: 'unload', model: 'm' });
});

test('for someone who waits a batch model makes room sooner, but not before it was of use', () => {
  const jobs = [makeJob('a'), makeJob('b', { model: 'n', class: 'interactive' })];
  const withAge = (ageMs: number) => [
    makeLane({ upSince: NOW - ageMs }),
    makeLane({ model: 'n', isUp: false }),
  ];
  expect(askWhich(jobs, { lanes: withAge(900) })).toBe('a');
  expect(ask(jobs, { lanes: withAge(1000) })).toEqual({ do: 'unload', model: 'm' });
});

test('two models that share one place do not thrash: loading costs at most a tenth', () => {
  const jobs = [makeJob('a'), makeJob('b', { model: 'n' })];
  const lanes = [makeLane({ upSince: NOW }), makeLane({ model: 'n', isUp: false })];
  let loads = 0;
  const endMs = 200_000;
  for (let ms = 0; ms < endMs; ms += 100) {
    const now = NOW + ms;
    for (let step = ask(jobs, { now, lanes }); step !== undefined; step = ask(jobs, { now, lanes })) {
      if (step.do === 'unload') lanes.find(({ model }) => model === step.model)!.isUp = false;
      if (step.do !== 'start') continue;
      const lane = lanes.find(({ model }) => model === step.job.model)!;
      if (lane.isUp) break;
      loads++;
      Object.assign(lane, { isUp: true, upSince: now });
      break;
    }
  }
  expect(loads).toBeGreaterThan(10);
  expect(loads * 1000).toBeLessThanOrEqual(endMs / 10);
});

test('a batch job whose model is not loaded does not wait for ever for interactive work of another', () => {
  const jobs = [
    makeJob('a', { class: 'interactive' }),
    makeJob('b', { model: 'n', waitingSince: NOW - BATCH_PATIENCE_MS }),
  ];
  const lanes = [makeLane(), makeLane({ model: 'n', isUp: false })];
  expect(ask(jobs, { lanes })).toEqual({ do: 'unload', model: 'm' });
  const empty = [makeLane({ isUp: false }), makeLane({ model: 'n', isUp: false })];
  expect(askWhich(jobs, { lanes: empty })).toBe('b');
});
