// One chunk of a job: looked up in the chunk store, or made by the engine host and kept there.
import { BYTES_PER_SAMPLE } from '../../engine/audio/pcm.ts';
import { findClipHash } from '../../engine/voice/clip-speaker.ts';
import type { Metrics } from '../metrics.ts';
import type { ActiveJob } from './active-job.ts';
import type { ChunkStore } from './chunk-store.ts';
import type { ModelHost } from './model-host.ts';
import { toUnits } from './pace.ts';

/** The recordings of voices that are cloned. */
export interface Clips {
  /** Where it lies, as it was uploaded. Throws `clip_unusable` when it does not any more. */
  locate(sha256: string): Promise<string>;
}

const SEAM =
  'The engine was started anew in the middle of a sentence: what had been made of it was kept, and where the rest begins the sound may jump.';

/** Afterwards the chunk is in the chunk store, and its warnings are the job's. Answers its length in samples. */
export async function makeChunk(
  active: ActiveJob,
  index: number,
  {
    chunks,
    clips,
    host,
    metrics,
    signal,
    onProgress,
    onMade,
  }: {
    chunks: ChunkStore;
    clips: Clips;
    host: ModelHost;
    metrics: Metrics;
    signal: AbortSignal;
    /** 0 to 1, while it is made. */
    onProgress: (share: number) => void;
    /** The host is free again; the chunk is not on disk yet. */
    onMade: () => void;
  },
): Promise<number> {
  const { key, speaker, language, spoken, seed } = active.plan[index]!;
  const { model } = active.job.spec;
  const found = await chunks.read(key);
  if (found) metrics.chunkFound(model);
  const chunk = found ?? (await make());
  for (const warning of chunk.warnings) active.warnings.add(warning);
  return chunk.pcm.length / BYTES_PER_SAMPLE;

  async function make() {
    const { speed, params, loudness } = active.job.spec;
    const sha256 = findClipHash(speaker);
    const input = {
      text: spoken.text,
      speaker,
      speed,
      seed,
      params,
      ...(loudness !== undefined && { loudnessLufs: loudness }),
      ...(sha256 !== undefined && { language, reference: { path: await clips.locate(sha256), sha256 } }),
    };
    const begunAt = performance.now();
    const heard = active.beginChunk(index);
    const onPart = (part: Buffer) => heard.add(part);
    const { chunk, tookMs } = await host.synthesize(active.id, input, signal, { onProgress, onPart });
    const { buffer, byteOffset, byteLength } = chunk.pcm;
    const { sampleRateHz, words, warnings, workMs } = chunk;
    active.pace.add(toUnits(input.text.length, speed), tookMs);
    const pcm = heard.finish(Buffer.from(buffer, byteOffset, byteLength));
    const made = { pcm, sampleRateHz, words, warnings: heard.hasSeam ? [...warnings, SEAM] : warnings };
    onMade();
    await chunks.write(key, made);
    metrics.chunkMade(model, {
      audioSec: pcm.length / BYTES_PER_SAMPLE / sampleRateHz,
      workSec: workMs / 1000,
      tookSec: (performance.now() - begunAt) / 1000,
    });
    return made;
  }
}
