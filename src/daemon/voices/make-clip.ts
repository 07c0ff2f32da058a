// Makes the clip of an uploaded file in a thread of its own. A decoder that dies or does not end costs the upload, nothing else.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BadAudio } from '../../engine/audio/decode/decoded-audio.ts';
import { Slots } from '../inference/slots.ts';
import type { ClipAnswer, ClipThreadData, MadeClip } from './clip-protocol.ts';

const DEADLINE_MS = 60_000;
/** Each may hold a file and its samples. */
const threads = new Slots(2);

/** The clip is at `target`, synced. Throws `BadAudio`, or the file system's error. */
export async function makeClipInThread(data: ClipThreadData): Promise<MadeClip> {
  using _slot = await threads.take();
  const answer = await runThread(data);
  if ('made' in answer) return answer.made;
  if ('bad' in answer) throw new BadAudio(answer.bad);
  throw Object.assign(new Error(answer.failed.message), { code: answer.failed.code });
}

async function runThread(workerData: ClipThreadData): Promise<ClipAnswer> {
  const script = new URL(`./clip-thread${extname(import.meta.filename)}`, import.meta.url);
  // The decoders print what they dislike: that is for nobody.
  const worker = new Worker(script, { name: 'ttsd-clip', workerData, stdout: true, stderr: true });
  const { promise, resolve, reject } = Promise.withResolvers<ClipAnswer>();
  const timer = setTimeout(() => reject(new BadAudio('takes too long to decode')), DEADLINE_MS);
  worker.once('message', resolve);
  worker.once('error', (cause) => reject(new BadAudio('cannot be decoded', { cause })));
  worker.once('exit', () => reject(new BadAudio('cannot be decoded')));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
