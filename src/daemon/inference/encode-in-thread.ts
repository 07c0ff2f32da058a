// Encodes audio in a thread of its own, so that the daemon answers while it goes on.
import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BYTES_PER_SAMPLE } from '../../engine/audio/pcm.ts';
import type { EncodeAnswer, EncodeRequest, EncodeThreadData } from './encode-protocol.ts';

/** Small enough that the first bytes of a stream do not wait for the whole of its first chunk. */
const BLOCK_MS = 500;

export interface EncodeOptions extends EncodeThreadData {
  /** Called at the end with what a file takes in place of its first bytes; a stream leaves it out. */
  onHead?: (head: Buffer) => void;
}

/**
 * s16le blocks in, encoded bytes out. Asks for the next block only when the bytes of the last were taken, so that memory stays flat
 * and a slow reader slows it all down. Throws what `pcm` throws, or what ended the thread; leaving it early ends the thread.
 */
export async function* encodeInThread(
  pcm: AsyncIterable<Buffer>,
  { format, sampleRateHz, onHead }: EncodeOptions,
): AsyncGenerator<Buffer> {
  const thread = startThread({ format, sampleRateHz });
  const blockBytes = Math.round((BLOCK_MS * sampleRateHz) / 1000) * BYTES_PER_SAMPLE;
  try {
    for await (const part of pcm) {
      for (let start = 0; start < part.length; start += blockBytes) {
        const { bytes } = await thread.ask(new Uint8Array(part.subarray(start, start + blockBytes)));
        if (bytes.length > 0) yield Buffer.from(bytes.buffer);
      }
    }
    const { bytes, head } = await thread.ask(null);
    if (bytes.length > 0) yield Buffer.from(bytes.buffer);
    if (head !== null) onHead?.(Buffer.from(head.buffer));
  } finally {
    await thread.end();
  }
}

interface EncodeThread {
  ask(request: EncodeRequest): Promise<EncodeAnswer>;
  end(): Promise<unknown>;
}

function startThread(workerData: EncodeThreadData): EncodeThread {
  // From .ts sources and from compiled .js alike.
  const script = new URL(`./encode-thread${extname(import.meta.filename)}`, import.meta.url);
  const worker = new Worker(script, { name: `ttsd-${workerData.format}`, workerData });
  const broken = new Promise<never>((_, reject) => {
    const fail = (why: string, cause?: unknown) =>
      reject(new Error(`The ${workerData.format} encoder ${why}`, { cause }));
    worker.once('error', (cause: Error) => fail(`failed: ${cause.message}`, cause));
    worker.once('exit', (code) => fail(`ended with exit code ${code}`));
  });
  broken.catch(() => {});
  return {
    async ask(request) {
      const answer = once(worker, 'message');
      answer.catch(() => {});
      worker.postMessage(request, request === null ? [] : [request.buffer as ArrayBuffer]);
      const [message] = await Promise.race([answer, broken]);
      return message as EncodeAnswer;
    },
    end: () => worker.terminate(),
  };
}
