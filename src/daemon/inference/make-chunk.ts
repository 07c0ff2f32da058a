// One chunk of a job: looked up in the chunk store, or made by the engine host and kept there.
import { BYTES_PER_SAMPLE } from '../../engine/audio/pcm.ts';
import { findClipHash } from '../../engine/voice/clip-speaker.ts';
import type { Metrics } from '../metrics.ts';
import type { ChunkStore } from './chunk-store.ts';
import type { HeardChunk } from './heard-chunk.ts';
import type { ModelHost } from './model-host.ts';
import type { Taker } from './model-lane.ts';
import { toUnits } from './pace.ts';

/** The recordings of voices that are cloned. */
export interface Clips {
  /** Where it lies, as it was uploaded. Throws `clip_unusable` when it does not any more. */
  locate(sha256: string): Promise<string>;
}

const SEAM =
  'The engine was started anew in the middle of a sentence: what had been made of it was kept, and where the rest begins the sound may jump.';

/** Afterwards the chunk is in the chunk store. It is the same whoever of those that need it is given. */
export async function makeChunk(
  { active, index }: Taker,
  {
    chunks,
    clips,
    host,
    metrics,
    signal,
    onBegin,
    onProgress,
    onMade,
  }: {
    chunks: ChunkStore;
    clips: Clips;
    host: ModelHost;
    metrics: Metrics;
    signal: AbortSignal;
    /** It has to be made: answers where its sound is heard. */
    onBegin: () => HeardChunk;
    /** 0 to 1, while it is made. */
    onProgress: (share: number) => void;
    /** The host is free again; the chunk is not on disk yet. */
    onMade: () => void;
  },
): Promise<{ samples: number; warnings: readonly string[] }> {
  const { key, speaker, language, spoken, seed } = active.plan[index]!;
  const { model } = active.job.spec;
  const found = await chunks.read(key);
  if (found) metrics.chunkFound(model);
  const chunk = found ?? (await make());
  return { samples: chunk.pcm.length / BYTES_PER_SAMPLE, warnings: chunk.warnings };

  async function make() {
    const { speed, params, loudness } = active.job.spec;
    const sha256 = findClipHash(speaker);
    const next = active.plan[index + 1];
    const input = {
      text: spoken.text,
      speaker,
      speed,
      seed,
      params,
      ...(next?.speaker === speaker && { nextText: next.spoken.text }),
      ...(loudness !== undefined && { loudnessLufs: loudness }),
      ...(sha256 !== undefined && { language, reference: { path: await clips.locate(sha256), sha256 } }),
    };
    const begunAt = performance.now();
    const heard = onBegin();
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
