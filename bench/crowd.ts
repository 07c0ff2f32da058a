// Five hundred who listen, and 64 clients who submit, while a daemon renders: that all hear what they should, and what
// it costs the rendering, the submits and the daemon, beside the same work with nobody listening, in turns.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView } from '../src/api/job.ts';
import type { SubmitReply } from '../src/api/v1.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { type Crowd, type FromCrowd, type Heard, WAV_HEADER_BYTES } from './crowd/protocol.ts';
import { readCpuSec, readRssMib } from './processes.ts';
import { writeProse } from './prose.ts';
import { getMedian, getQuantile } from './statistics.ts';
import { openConnection } from './submit-client.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const LISTENERS = 500;
const SUBMITTERS = 64;
/** Each submits again after this, which makes some 600 a second: neither the disk nor a processor is at its end. */
const PAUSE_MS = 100;
const ROUNDS = 2;
/** Far away, so that what the 64 submit is kept and not rendered. */
const SUBMITTED = JSON.stringify({
  text: 'The meeting is on March 3rd.',
  not_before: '2100-01-01T00:00:00Z',
});

interface Scene {
  what: string;
  kind: Crowd['kind'];
  jobs: { text: string; format?: string }[];
  toPath(id: string): string;
}

const SCENES: Scene[] = [
  {
    what: 'changes of one job',
    kind: 'job',
    jobs: [{ text: writeProse(6000) }],
    toPath: (id) => `/v1/jobs/${id}/events`,
  },
  {
    what: `changes of ${LISTENERS} jobs, one each`,
    kind: 'job',
    jobs: Array.from({ length: LISTENERS }, (_, index) => ({ text: `Somebody listens to this, ${index}.` })),
    toPath: (id) => `/v1/jobs/${id}/events`,
  },
  {
    what: 'changes of all jobs',
    kind: 'queue',
    jobs: [{ text: writeProse(6000) }],
    toPath: () => '/v1/events',
  },
  {
    what: 'audio of one job, wav',
    kind: 'audio',
    jobs: [{ text: writeProse(1500), format: 'wav' }],
    toPath: (id) => `/v1/jobs/${id}/stream`,
  },
  {
    what: 'audio of one job, mp3',
    kind: 'audio',
    jobs: [{ text: writeProse(3000), format: 'mp3' }],
    toPath: (id) => `/v1/jobs/${id}/stream`,
  },
];

export const crowd: Benchmark = {
  name: 'crowd',
  onlyByName: true,
  async run() {
    const config = join(await makeDataDir(), 'config.yaml');
    await writeFile(
      config,
      `{server: {max_streams: ${2 * LISTENERS}}, job_queue: {max_queued_jobs: 1000000}}\n`,
    );
    const daemon = await startDaemon({ config });
    try {
      await act(daemon, { ...SCENES[0]!, jobs: [{ text: 'The model is loaded by this.' }] }, false);
      const rows: Row[] = [];
      for (const scene of SCENES) rows.push(...(await compare(daemon, scene)));
      return rows;
    } finally {
      await daemon.stop();
      await removeDataDirs();
    }
  },
};

interface Act {
  tookMs: number;
  submitMs: number[];
  cpuSec: number;
  rssMib: number;
  descriptors: number;
  heard: Heard | undefined;
}

async function compare(daemon: Daemon, scene: Scene): Promise<Row[]> {
  const alone: Act[] = [];
  const listened: Act[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await act(daemon, scene, false));
    listened.push(await act(daemon, scene, true));
    console.error(`  ${scene.what}: ${describeAct(alone.at(-1)!)} beside ${describeAct(listened.at(-1)!)}`);
  }
  const median = (acts: Act[], read: (one: Act) => number) => getMedian(acts.map(read));
  const submits = (acts: Act[], share: number) =>
    getQuantile(
      acts.flatMap((one) => one.submitMs),
      share,
    );
  const who = `${LISTENERS} who follow the ${scene.what}`;
  const firsts = listened.flatMap(({ heard }) => heard!.firstMs);
  return [
    {
      what: `rendering, ${who}`,
      ours: formatMs(median(listened, (one) => one.tookMs)),
      beside: `nobody listens ${formatMs(median(alone, (one) => one.tookMs))}`,
      ratio: formatRatio(
        median(listened, (one) => one.tookMs),
        median(alone, (one) => one.tookMs),
      ),
      goal: '',
    },
    {
      what: `submits of ${SUBMITTERS} clients then`,
      ours: `p50 ${formatMs(submits(listened, 0.5))}, p99 ${formatMs(submits(listened, 0.99))}`,
      beside: `p50 ${formatMs(submits(alone, 0.5))}, p99 ${formatMs(submits(alone, 0.99))}`,
      ratio: `${formatRatio(submits(listened, 0.5), submits(alone, 0.5))}; p99 ${formatRatio(submits(listened, 0.99), submits(alone, 0.99))}`,
      goal: '',
    },
    {
      what: 'ttsd then: memory, descriptors, processor time',
      ours: describeUse(listened),
      beside: describeUse(alone),
      ratio: formatRatio(
        median(listened, (one) => one.cpuSec),
        median(alone, (one) => one.cpuSec),
      ),
      goal: '',
    },
    {
      what: 'first word to a listener then',
      ours: `p50 ${formatMs(getMedian(firsts))}, longest ${formatMs(Math.max(...firsts))}`,
      beside: '',
      ratio: '',
      goal: '',
    },
  ];
}

/** The jobs of a scene from their submit until the last is completed, with the 64 at work, and a crowd if there is one. */
async function act(daemon: Daemon, scene: Scene, isListened: boolean): Promise<Act> {
  const { pid, socket } = daemon.endpoint;
  // Paused until everybody listens, so that nobody misses the beginning.
  await daemon.call('POST', '/v1/queue/pause');
  const seed = Math.ceil(Math.random() * 2 ** 30);
  const jobs = scene.jobs.map((job) => ({ ...job, seed }));
  const ids = (await daemon.call('POST', '/v1/jobs', { jobs }))
    .json<SubmitReply>()
    .jobs.map(({ job }) => job.id);
  const paths = Array.from({ length: LISTENERS }, (_, index) => scene.toPath(ids[index % ids.length]!));
  const listeners = isListened ? startCrowd({ socket, kind: scene.kind, paths }) : undefined;
  // Audio is only heard when there is some.
  if (scene.kind !== 'audio') await listeners?.open;
  const submitters = await startSubmitters(socket);
  try {
    const cpuSec = readCpuSec(pid);
    const use = watchUse(pid);
    const beganMs = performance.now();
    await daemon.call('POST', '/v1/queue/resume');
    for (const id of ids) await waitUntilCompleted(daemon, id);
    const tookMs = performance.now() - beganMs;
    listeners?.leave();
    const heard = await listeners?.heard;
    const submitMs = await submitters.stop();
    if (heard !== undefined) await checkHeard(daemon, scene, heard, ids[0]!);
    return { tookMs, submitMs, cpuSec: readCpuSec(pid) - cpuSec, heard, ...use.stop() };
  } finally {
    await submitters.stop();
  }
}

function startCrowd(wanted: Crowd) {
  const child = fork(join(import.meta.dirname, 'crowd', 'listen.ts'));
  const open = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<Heard>();
  child.on('message', (message: FromCrowd) => {
    if ('open' in message) open.resolve();
    else heard.resolve(message.heard);
  });
  child.once('disconnect', () => {
    const error = new Error('the listeners ended before they were heard');
    open.reject(error);
    heard.reject(error);
  });
  open.promise.catch(() => {});
  heard.promise.catch(() => {});
  child.send(wanted);
  return {
    open: open.promise,
    heard: heard.promise,
    /** Of what has no end. */
    leave: () => wanted.kind === 'queue' && child.send('leave'),
  };
}

async function checkHeard(daemon: Daemon, scene: Scene, heard: Heard, id: string): Promise<void> {
  if (heard.wrong.length > 0)
    throw new Error(`${heard.wrong.length} of ${LISTENERS} listeners: ${heard.wrong.slice(0, 3).join('; ')}`);
  if (scene.kind !== 'audio' || scene.jobs[0]!.format !== 'wav') return;
  const result = (await daemon.call('GET', `/tts/${id}/result`)).body;
  const sha256 = createHash('sha256').update(result.subarray(WAV_HEADER_BYTES)).digest('hex');
  if (heard.sha256 !== sha256) throw new Error('the listeners heard other samples than the result has');
}

async function startSubmitters(socket: string): Promise<{ stop(): Promise<number[]> }> {
  const submitMs: number[] = [];
  let isOver = false;
  const submitters = Array.from({ length: SUBMITTERS }, async (_, index) => {
    const connection = await openConnection(socket);
    await sleep((PAUSE_MS * index) / SUBMITTERS);
    while (!isOver) {
      const beganMs = performance.now();
      const status = await connection.post('/v1/jobs', SUBMITTED);
      if (status !== 201) throw new Error(`/v1/jobs answered ${status}`);
      submitMs.push(performance.now() - beganMs);
      await sleep(PAUSE_MS);
    }
    connection.close();
  });
  return {
    async stop() {
      isOver = true;
      await Promise.all(submitters);
      return submitMs;
    },
  };
}

/** The most that a process had of memory and open files. */
function watchUse(pid: number) {
  const most = { rssMib: 0, descriptors: 0 };
  const look = () => {
    most.rssMib = Math.max(most.rssMib, readRssMib(pid));
    most.descriptors = Math.max(most.descriptors, readdirSync(`/proc/${pid}/fd`).length);
  };
  const timer = setInterval(look, 250);
  return {
    stop() {
      look();
      clearInterval(timer);
      return most;
    },
  };
}

async function waitUntilCompleted(daemon: Daemon, id: string): Promise<void> {
  for (;;) {
    const { state } = (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
    if (state === 'completed') return;
    if (state === 'failed' || state === 'cancelled') throw new Error(`the job is ${state}`);
    await sleep(20);
  }
}

function describeAct({ tookMs, submitMs, heard }: Act): string {
  const what = `${formatMs(tookMs)}, ${submitMs.length} submits p99 ${formatMs(getQuantile(submitMs, 0.99))}`;
  return heard === undefined ? what : `${what}, heard ${heard.events || heard.bytes}`;
}

function describeUse(acts: readonly Act[]): string {
  const most = (read: (one: Act) => number) => Math.max(...acts.map(read));
  return `${most((one) => one.rssMib).toFixed(0)} MiB, ${most((one) => one.descriptors)}, ${getMedian(acts.map((one) => one.cpuSec)).toFixed(1)} s`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
