// How soon a cancel stops work, and what a book costs others: an interactive request while a book renders.
import type { JobView } from '../src/api/job.ts';
import type { SubmitReply } from '../src/api/v1.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { waitFor } from '../test/helpers/wait-for.ts';
import { findHostPid } from './processes.ts';
import { writeProse } from './prose.ts';
import { getMedian } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const ROUNDS = 15;
const BOOK_CHARS = 300_000;
const STORM = 100;

export const cancel: Benchmark = {
  name: 'cancel',
  async run() {
    const daemon = await startDaemon();
    try {
      await say(daemon, 'The model is loaded by this.', 1);
      return [await measureOvertaking(daemon), await measureNow(daemon), await measureStorm(daemon)];
    } finally {
      await daemon.stop();
      await removeDataDirs();
    }
  },
};

/** The first sound of a sentence, with a book in the host and without, in turns. */
async function measureOvertaking(daemon: Daemon): Promise<Row> {
  const pairs: { alone: number; beside: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const alone = await say(daemon, `Nobody is before me, number ${round}.`, round + 2);
    const book = await submit(daemon, { text: writeProse(BOOK_CHARS), seed: round + 2 });
    await waitFor('the book to render', async () => (await getJob(daemon, book)).current_chunk > 5);
    const beside = await say(daemon, `There is a book before me, number ${round}.`, round + 2);
    await daemon.call('POST', `/v1/jobs/${book}/cancel`);
    pairs.push({ alone, beside });
  }
  const alone = getMedian(pairs.map((pair) => pair.alone));
  const beside = getMedian(pairs.map((pair) => pair.beside));
  return {
    what: `a sentence while a job of ${BOOK_CHARS} characters renders`,
    ours: formatMs(beside),
    beside: `nothing else to do ${formatMs(alone)}`,
    ratio: formatRatio(beside, alone),
    goal: '',
  };
}

/** `now` against a host that is stuck in a chunk, as one is in a long step of a slow model. */
async function measureNow(daemon: Daemon): Promise<Row> {
  const tookMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const book = await submit(daemon, { text: writeProse(BOOK_CHARS), seed: 100 + round });
    await waitFor('the book to render', async () => (await getJob(daemon, book)).current_chunk > 5);
    const host = findHostPid(daemon.endpoint.pid);
    process.kill(host, 'SIGSTOP');
    const startMs = performance.now();
    await daemon.call('POST', `/v1/jobs/${book}/cancel`, { now: true });
    while (isThere(host)) await new Promise(setImmediate);
    tookMs.push(performance.now() - startMs);
    await say(daemon, `The next host is there, number ${round}.`, round + 2);
  }
  return {
    what: 'cancel with now, until the stuck host is gone',
    ours: `${formatMs(getMedian(tookMs))} (longest ${formatMs(Math.max(...tookMs))})`,
    beside: '',
    ratio: '',
    goal: '≤ 100 ms',
  };
}

/** A sentence spoken while a hundred jobs are cancelled. */
async function measureStorm(daemon: Daemon): Promise<Row> {
  const calm = await say(daemon, 'It is calm today.', 1);
  const texts = Array.from({ length: STORM }, (_, index) => ({ text: writeProse(3000), seed: 200 + index }));
  const { jobs } = (await daemon.call('POST', '/v1/jobs', { jobs: texts })).json<SubmitReply>();
  await waitFor('the first to render', async () => (await getJob(daemon, jobs[0]!.job.id)).current_chunk > 1);
  const startMs = performance.now();
  const cancels = jobs.map(({ job }) => daemon.call('POST', `/v1/jobs/${job.id}/cancel`, { now: true }));
  const spoken = await say(daemon, 'A storm is coming up.', 1);
  await Promise.all(cancels);
  return {
    what: `a sentence while ${STORM} jobs are cancelled`,
    ours: `${formatMs(spoken)}; all cancelled after ${formatMs(performance.now() - startMs)}`,
    beside: `in the calm ${formatMs(calm)}`,
    ratio: formatRatio(spoken, calm),
    goal: '',
  };
}

/** Until the whole answer is there. */
async function say(daemon: Daemon, text: string, seed: number): Promise<number> {
  const startMs = performance.now();
  const { status } = await daemon.call('POST', '/tts', { text, seed });
  if (status !== 200) throw new Error(`POST /tts answered ${status}`);
  return performance.now() - startMs;
}

async function submit(daemon: Daemon, job: { text: string; seed: number }): Promise<string> {
  return (await daemon.call('POST', '/v1/jobs', job)).json<SubmitReply>().jobs[0]!.job.id;
}

async function getJob(daemon: Daemon, id: string): Promise<JobView> {
  return (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
