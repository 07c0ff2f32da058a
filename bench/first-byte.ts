// From sending POST /v1/audio/speech to its first byte of sound: on an idle daemon and beside a long text, beside the engine alone
// on the same first chunk.
import { join } from 'node:path';
import { Agent, request } from 'undici';
import type { SubmitReply } from '../src/api/v1.ts';
import { openEngine } from '../src/engine/open-engine.ts';
import { splitText } from '../src/engine/text/split.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { SENTENCES } from './engine/sentences.ts';
import { writeProse } from './prose.ts';
import { getMedian, getQuantile } from './statistics.ts';
import { type Benchmark, formatMs, type Row } from './table.ts';

const ROUNDS = 24;
const LONG_CHARS = 300_000;
const FORMATS = ['pcm', 'wav', 'mp3', 'opus', 'flac', 'aac'] as const;
const GOAL = '≤ one chunk + 20 ms';

export const firstByte: Benchmark = {
  name: 'first-byte',
  async run() {
    const engine = await openEngine({ modelDir: join(import.meta.dirname, '../models/hibari') });
    const daemon = await startDaemon();
    const agent = new Agent({ connect: { socketPath: daemon.endpoint.socket } });
    let round = 0;
    const nextText = () => `Round ${++round}, and then this: ${SENTENCES[round % SENTENCES.length]}`;

    async function timeChunkMs(text: string): Promise<number> {
      const { start, end } = splitText(text, { splitText: true, chunkSize: 120, quickStart: true }).next()
        .value!;
      const startMs = performance.now();
      const chunk = { text: text.slice(start, end), speaker: 'heart', speed: 1, seed: 1, params: {} };
      await engine.synthesize(chunk, new AbortController().signal);
      return performance.now() - startMs;
    }

    async function measure(format: string, rounds: number) {
      const ours: number[] = [];
      const chunks: number[] = [];
      for (let count = 0; count < rounds; count++) {
        const text = nextText();
        chunks.push(await timeChunkMs(text));
        ours.push(await timeFirstByteMs(agent, { input: text, response_format: format, seed: 1 }));
      }
      return { ours, chunkMs: getMedian(chunks) };
    }

    try {
      const rows: Row[] = [];
      for (const format of FORMATS) {
        // The first of a format starts what makes it: the model, the encoder.
        await measure(format, 2);
        rows.push(toRow(`${format}, idle`, await measure(format, ROUNDS)));
      }
      await startLongJob(daemon);
      for (const format of ['pcm', 'mp3']) {
        rows.push(
          toRow(`${format}, while ${LONG_CHARS / 1000} 000 characters render`, await measure(format, ROUNDS)),
        );
      }
      return rows;
    } finally {
      await agent.destroy();
      await engine.close();
      await daemon.stop('SIGKILL');
      await removeDataDirs();
    }
  },
};

/** Until the first byte behind the header. */
async function timeFirstByteMs(agent: Agent, body: object): Promise<number> {
  const startMs = performance.now();
  const { body: stream } = await request('http://localhost/v1/audio/speech', {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  let firstMs = 0;
  let bytes = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > 100) firstMs ||= performance.now() - startMs;
  }
  return firstMs;
}

async function startLongJob(daemon: Daemon): Promise<void> {
  const reply = await daemon.call('POST', '/v1/jobs', { text: writeProse(LONG_CHARS), seed: 1 });
  const { id } = reply.json<SubmitReply>().jobs[0]!.job;
  for (;;) {
    const job = (await daemon.call('GET', `/v1/jobs/${id}`)).json<{ current_chunk: number }>();
    if (job.current_chunk > 3) return;
  }
}

function toRow(what: string, { ours, chunkMs }: { ours: number[]; chunkMs: number }): Row {
  const median = getMedian(ours);
  return {
    what: `first byte of speech, ${what}`,
    ours: `${formatMs(median)} (p90 ${formatMs(getQuantile(ours, 0.9))}): one chunk + ${formatMs(median - chunkMs)}`,
    beside: `engine alone, that chunk: ${formatMs(chunkMs)}`,
    ratio: (median / chunkMs).toFixed(2),
    goal: GOAL,
  };
}
