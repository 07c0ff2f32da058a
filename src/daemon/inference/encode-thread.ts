// The thread of an EncoderThread: any number of encodings side by side, none of which keeps it for longer than a block takes.
import { parentPort } from 'node:worker_threads';
import type { AudioEncoder } from '../../engine/audio/encode/encoder.ts';
import { loadEncoders, openEncoder } from '../../engine/audio/encode/open-encoder.ts';
import type { EncodeAnswer, EncodeRequest } from './encode-protocol.ts';

const port = parentPort!;
const encoders = new Map<number, Promise<AudioEncoder>>();

port.on('message', async (request: EncodeRequest) => {
  const { id } = request;
  const encoder = encoders.get(id);
  switch (request.type) {
    case 'open': {
      const opening = openEncoder(request.format, request);
      // Told with the first answer.
      opening.catch(() => {});
      encoders.set(id, opening);
      return;
    }
    case 'close':
      encoders.delete(id);
      // Now that nobody waits: when ttsd is upgraded or built again while it runs, what was not loaded is gone.
      loadEncoders().catch(() => {});
      (await encoder?.catch(() => undefined))?.close();
      return;
    case 'encode':
      return answer(id, async () => ({
        bytes: await (await encoder!).encode(Buffer.from(request.pcm.buffer)),
        head: null,
      }));
    case 'finish':
      return answer(id, async () => (await encoder!).finish());
  }
});

async function answer(
  id: number,
  work: () => Promise<{ bytes: Buffer; head: Buffer | null }>,
): Promise<void> {
  try {
    const { bytes, head } = await work();
    // Copies: a Buffer may be a view into memory that others use.
    send({ id, bytes: new Uint8Array(bytes), head: head && new Uint8Array(head) });
  } catch (error) {
    // What is left of a WebAssembly that broke off is of no use to anybody: the thread ends and another is started.
    if ((error as Error).name === 'RuntimeError') throw error;
    send({ id, error: error as Error });
  }
}

function send(message: EncodeAnswer): void {
  port.postMessage(message);
}
