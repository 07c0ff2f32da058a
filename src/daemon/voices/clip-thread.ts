// The thread that makes one clip: strangers' bytes are decoded here, so that the daemon answers meanwhile and outlives it.
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { makeClip } from '../../engine/audio/clip.ts';
import { BadAudio } from '../../engine/audio/decode/decoded-audio.ts';
import type { ClipAnswer, ClipThreadData } from './clip-protocol.ts';

parentPort!.postMessage(await answer(workerData as ClipThreadData));

async function answer({ source, target, maxSec, mayCut }: ClipThreadData): Promise<ClipAnswer> {
  try {
    const uploaded = await readFile(source);
    const { wav, durationSec, sampleRateHz, isCut } = await makeClip(uploaded, { maxSec, mayCut });
    await using file = await open(target, 'wx', 0o600);
    await file.writeFile(wav);
    await file.sync();
    const made = { sha256: hash(wav), bytes: wav.length, durationSec, sampleRateHz };
    return { made: { ...made, sourceSha256: hash(uploaded), isCut } };
  } catch (error) {
    if (error instanceof BadAudio) return { bad: error.message };
    const { code = null, message } = error as NodeJS.ErrnoException;
    return { failed: { code, message } };
  }
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
