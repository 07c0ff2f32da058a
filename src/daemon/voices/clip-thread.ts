// The thread that makes one clip: strangers' bytes are decoded here, so that the daemon answers meanwhile and outlives it.
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { makeClip } from '../../engine/audio/clip.ts';
import { BadAudio } from '../../engine/audio/decode/decoded-audio.ts';
import type { ClipAnswer, ClipThreadData } from './clip-protocol.ts';

parentPort!.postMessage(await answer(workerData as ClipThreadData));

async function answer({ source, target, maxSec }: ClipThreadData): Promise<ClipAnswer> {
  try {
    const { wav, durationSec, sampleRateHz } = await makeClip(await readFile(source), { maxSec });
    await using file = await open(target, 'wx', 0o600);
    await file.writeFile(wav);
    await file.sync();
    const sha256 = createHash('sha256').update(wav).digest('hex');
    return { made: { sha256, bytes: wav.length, durationSec, sampleRateHz } };
  } catch (error) {
    if (error instanceof BadAudio) return { bad: error.message };
    const { code = null, message } = error as NodeJS.ErrnoException;
    return { failed: { code, message } };
  }
}
