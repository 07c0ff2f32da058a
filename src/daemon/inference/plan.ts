// A job's plan: its text divided into chunks, each with the key its audio is stored under.
import { setImmediate as takeBreak } from 'node:timers/promises';
import type { JobSpec } from '../../api/job.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import { type ChunkRange, splitText } from '../../engine/text/split.ts';
import { chunkKey } from './chunk-key.ts';

export interface PlannedChunk extends ChunkRange {
  key: string;
}

/** Planning a million characters must not keep the HTTP server from answering. */
const SLICE_MS = 5;

export async function planJob(
  text: string,
  spec: JobSpec,
  { model, speaker }: { model: ModelInfo; speaker: string },
): Promise<PlannedChunk[]> {
  const plan: PlannedChunk[] = [];
  let sliceStartMs = performance.now();
  for (const range of splitText(text, spec)) {
    const key = chunkKey({
      model: model.id,
      revision: model.revision,
      engineVersion: model.engineVersion,
      speaker,
      params: { ...spec.params, speed: spec.speed },
      seed: spec.seed,
      text: text.slice(range.start, range.end),
    });
    plan.push({ ...range, key });
    if (performance.now() - sliceStartMs > SLICE_MS) {
      await takeBreak();
      sliceStartMs = performance.now();
    }
  }
  return plan;
}
