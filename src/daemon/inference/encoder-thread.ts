// Encodes audio in a thread, so that the daemon answers while it goes on. The thread is started with the first encoding and stays:
// starting one takes longer than making the first chunk of a speech, and each has some 20 MB.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BYTES_PER_SAMPLE } from '../../engine/audio/pcm.ts';
import { STEP_MS } from '../../engine/audio/stitch.ts';
import type { EncodeAnswer, EncodeOptions, EncodeRequest } from './encode-protocol.ts';

/** Of the beginning each block is handed out alone, for somebody waits for it; later so many at once, for each part costs each listener. */
const FIRST_BLOCKS = 8;
const BLOCKS_PER_PART = 4;
// From .ts sources and from compiled .js alike.
const SCRIPT = new URL(`./encode-thread${extname(import.meta.filename)}`, import.meta.url);

interface Encoded {
  bytes: Buffer;
  head: Buffer | null;
}

export class EncoderThread {
  readonly #name: string;
  #worker: Worker | undefined;
  #nextId = 1;
  /** Encodings that are open, each with who waits for its next answer. */
  readonly #open = new Map<number, PromiseWithResolvers<Encoded> | undefined>();

  constructor(name: string) {
    this.#name = name;
  }

  /**
   * s16le blocks in, encoded bytes out. Asks for the next block only when the bytes of the last were taken, so that memory stays flat
   * and a slow reader slows it all down. Throws what `pcm` throws, or why it cannot be encoded. `onHead` is called at the end with
   * what a file takes in place of its first bytes; a stream leaves it out.
   */
  async *encode(
    pcm: AsyncIterable<Buffer>,
    { format, sampleRateHz, onHead }: EncodeOptions & { onHead?: (head: Buffer) => void },
  ): AsyncGenerator<Buffer> {
    const id = this.#nextId++;
    // Small enough that the first bytes of a stream do not wait for the whole of its first chunk, nor others for this encoding.
    const blockBytes = Math.round((STEP_MS * sampleRateHz) / 1000) * BYTES_PER_SAMPLE;
    this.#start().ref();
    this.#open.set(id, undefined);
    let blocks = 0;
    let held: Buffer[] = [];
    try {
      // Before the first samples are there: it opens while they are made.
      this.#send({ id, type: 'open', format, sampleRateHz });
      for await (const part of pcm) {
        for (let start = 0; start < part.length; start += blockBytes) {
          const block = new Uint8Array(part.subarray(start, start + blockBytes));
          const { bytes } = await this.#ask({ id, type: 'encode', pcm: block });
          held.push(bytes);
          blocks++;
          const isMore = start + blockBytes < part.length;
          // Nothing is held while the next audio is made.
          if (isMore && blocks > FIRST_BLOCKS && held.length < BLOCKS_PER_PART) continue;
          const ready = Buffer.concat(held);
          held = [];
          if (ready.length > 0) yield ready;
        }
      }
      const { bytes, head } = await this.#ask({ id, type: 'finish' });
      if (bytes.length > 0) yield bytes;
      if (head !== null) onHead?.(head);
    } finally {
      this.#send({ id, type: 'close' });
      this.#open.delete(id);
      if (this.#open.size === 0) this.#worker?.unref();
    }
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(SCRIPT, { name: this.#name });
    this.#worker = worker;
    worker.on('message', (answer: EncodeAnswer) => {
      const waiting = this.#open.get(answer.id);
      if ('error' in answer) waiting?.reject(answer.error);
      else waiting?.resolve({ bytes: view(answer.bytes), head: answer.head && view(answer.head) });
    });
    worker.once('error', (cause: Error) => this.#lose(worker, `failed: ${cause.message}`, cause));
    worker.once('exit', (code) => this.#lose(worker, `ended with exit code ${code}`));
    return worker;
  }

  /** Whoever had an encoding in the thread is told; the next one starts another. */
  #lose(worker: Worker, why: string, cause?: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const waiting of this.#open.values())
      waiting?.reject(new Error(`The thread of the encoder ${why}`, { cause }));
    for (const id of this.#open.keys()) this.#open.delete(id);
  }

  async #ask(request: EncodeRequest): Promise<Encoded> {
    if (!this.#open.has(request.id)) throw new Error('The thread of the encoder has ended');
    const waiting = Promise.withResolvers<Encoded>();
    this.#open.set(request.id, waiting);
    this.#send(request);
    return waiting.promise;
  }

  #send(request: EncodeRequest): void {
    const transfer = request.type === 'encode' ? [request.pcm.buffer as ArrayBuffer] : [];
    if (this.#open.has(request.id)) this.#worker?.postMessage(request, transfer);
  }
}

function view({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
