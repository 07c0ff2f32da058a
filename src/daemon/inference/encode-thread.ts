// The thread of one encoding. What goes wrong in it ends it, and the error reaches whoever started it.
import { parentPort, workerData } from 'node:worker_threads';
import { openEncoder } from '../../engine/audio/encode/open-encoder.ts';
import type { EncodeAnswer, EncodeRequest, EncodeThreadData } from './encode-protocol.ts';

const { format, sampleRateHz } = workerData as EncodeThreadData;
const port = parentPort!;
const encoder = await openEncoder(format, { sampleRateHz });

port.on('message', async (request: EncodeRequest) => {
  // Whoever asked ends the thread: one that ended by itself could be gone before its last answer arrives.
  if (request === null) answer(await encoder.finish());
  else answer({ bytes: await encoder.encode(Buffer.from(request.buffer)), head: null });
});

function answer({ bytes, head }: { bytes: Buffer; head: Buffer | null }): void {
  // Copies: a Buffer may be a view into memory that others use.
  const message: EncodeAnswer = { bytes: new Uint8Array(bytes), head: head && new Uint8Array(head) };
  port.postMessage(message);
}
