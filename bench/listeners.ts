// From the request to the first byte with 1, 8 and 32 listeners of one job that is made meanwhile, and that all heard the result.
// With --full also a listener who stands still before 100 000 characters: what the daemon holds for him.
import { connect } from 'node:net';
import { Agent, request } from 'undici';
import type { JobView } from '../src/api/job.ts';
import type { SubmitReply } from '../src/api/v1.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { readRssMib } from './processes.ts';
import { writeProse } from './prose.ts';
import { getMedian } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const CHARS = 1500;
const STALL_CHARS = 100_000;
const COUNTS = [1, 8, 32] as const;
const WAV_HEADER_BYTES = 44;

export const listeners: Benchmark = {
  name: 'listeners',
  async run({ isFull }) {
    const daemon = await startDaemon();
    const agent = new Agent({ connect: { socketPath: daemon.endpoint.socket }, connections: 64 });
    try {
      const rows: Row[] = [];
      for (const format of ['wav', 'mp3']) {
        let aloneMs = 0;
        // The first round loads the model and the encoder and does not count.
        for (const [round, count] of [1, ...COUNTS].entries()) {
          const id = await submit(daemon, CHARS, format);
          await waitUntil(daemon, id, ({ current_chunk }) => current_chunk > 1);
          const heard = await Promise.all(Array.from({ length: count }, () => listenTo(agent, id)));
          await checkSame(daemon, id, heard);
          if (count === 1) aloneMs = heard[0]!.firstMs;
          if (round > 0) rows.push(toRow(`${format}, ${count} at once`, heard, aloneMs));
        }
      }
      if (isFull) rows.push(await measureStall(daemon));
      return rows;
    } finally {
      await agent.destroy();
      await daemon.stop();
      await removeDataDirs();
    }
  },
};

interface Heard {
  firstMs: number;
  bytes: Buffer;
}

async function listenTo(agent: Agent, id: string): Promise<Heard> {
  const startMs = performance.now();
  const { body } = await request(`http://localhost/v1/jobs/${id}/stream`, { dispatcher: agent });
  let firstMs = 0;
  const parts: Buffer[] = [];
  for await (const part of body as AsyncIterable<Buffer>) {
    firstMs ||= performance.now() - startMs;
    parts.push(part);
  }
  return { firstMs, bytes: Buffer.concat(parts) };
}

/** Of WAV the stored result is the same samples; of all formats, every listener heard the same bytes. */
async function checkSame(daemon: Daemon, id: string, heard: readonly Heard[]): Promise<void> {
  const { result } = await waitUntil(daemon, id, ({ state }) => state === 'completed');
  const file = (await daemon.call('GET', `/tts/${id}/result`)).body;
  for (const { bytes } of heard) {
    const isSame =
      result?.format === 'wav'
        ? bytes.subarray(WAV_HEADER_BYTES).equals(file.subarray(WAV_HEADER_BYTES))
        : bytes.equals(heard[0]!.bytes);
    if (!isSame) throw new Error('a listener heard something else');
  }
}

async function measureStall(daemon: Daemon): Promise<Row> {
  const { pid } = daemon.endpoint;
  const id = await submit(daemon, STALL_CHARS, 'wav');
  await waitUntil(daemon, id, ({ current_chunk }) => current_chunk > 1);
  const startMib = readRssMib(pid);
  const socket = connect(daemon.endpoint.socket);
  socket.write(`GET /v1/jobs/${id}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  socket.once('data', () => socket.pause());
  const { result } = await waitUntil(daemon, id, ({ state }) => state === 'completed');
  const grownMib = readRssMib(pid) - startMib;
  socket.destroy();
  const resultMib = result!.bytes / 2 ** 20;
  return {
    what: `memory of ttsd, a listener who reads nothing of ${STALL_CHARS / 1000} 000 characters`,
    ours: `${grownMib.toFixed(0)} MiB more at the end`,
    beside: `the audio: ${resultMib.toFixed(0)} MiB`,
    ratio: formatRatio(grownMib, resultMib),
    goal: '≪ 1',
  };
}

async function submit(daemon: Daemon, chars: number, format: string): Promise<string> {
  const seed = Math.ceil(Math.random() * 2 ** 30);
  const reply = await daemon.call('POST', '/v1/jobs', { text: writeProse(chars), seed, format });
  return reply.json<SubmitReply>().jobs[0]!.job.id;
}

async function waitUntil(daemon: Daemon, id: string, is: (job: JobView) => boolean): Promise<JobView> {
  for (;;) {
    const job = (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
    if (is(job)) return job;
    if (job.state === 'failed' || job.state === 'cancelled') throw new Error(`the job is ${job.state}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function toRow(what: string, heard: readonly Heard[], aloneMs: number): Row {
  const all = heard.map(({ firstMs }) => firstMs);
  return {
    what: `first byte of a job's stream, ${what}`,
    ours: `${formatMs(getMedian(all))} (longest ${formatMs(Math.max(...all))})`,
    beside: `one listener: ${formatMs(aloneMs)}`,
    ratio: formatRatio(getMedian(all), aloneMs),
    goal: '',
  };
}
