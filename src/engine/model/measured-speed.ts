// How fast a model speaks on this machine, measured once when it is pulled or added and kept beside it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine.ts';
import type { ModelSpeaker } from './manifest.ts';
import { PREPARED_FOLDER } from './prepared.ts';
import { describeProcessor } from './processor.ts';

const FILE = join(PREPARED_FOLDER, 'speed.json');
/** Figures are read in every language. The first makes the runtime warm; a model that is slow at it is not asked again. */
const TEXTS = ['1, 2, 3.', '4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15.'];
const SLOW_MS = 3000;

interface Kept {
  timesRealTime: number;
  /** A folder that was copied to another machine says nothing about it. */
  processor: string;
}

/** Speaks a little with the first of its voices; a model that has none is not measured. */
export async function measureSpeed(
  modelDir: string,
  engine: Engine,
  [speaker]: readonly ModelSpeaker[],
): Promise<void> {
  if (speaker === undefined) return;
  let timesRealTime = 0;
  for (const text of TEXTS) {
    const begunMs = performance.now();
    const input = { text, speaker: speaker.id, speed: 1, seed: 1, params: {} };
    const { samples, sampleRateHz } = await engine.synthesize(input, new AbortController().signal);
    const tookMs = performance.now() - begunMs;
    timesRealTime = samples.length / sampleRateHz / (tookMs / 1000);
    if (tookMs > SLOW_MS) break;
  }
  const kept: Kept = { timesRealTime: Number(timesRealTime.toPrecision(2)), processor: describeProcessor() };
  await mkdir(join(modelDir, PREPARED_FOLDER), { recursive: true });
  await writeFile(join(modelDir, FILE), JSON.stringify(kept), { mode: 0o600 });
}

/** Seconds of speech in a second; null where it was not measured on this machine. */
export async function readMeasuredSpeed(modelDir: string): Promise<number | null> {
  try {
    const kept = JSON.parse(await readFile(join(modelDir, FILE), 'utf8')) as Partial<Kept>;
    return kept.processor === describeProcessor() && typeof kept.timesRealTime === 'number'
      ? kept.timesRealTime
      : null;
  } catch {
    return null;
  }
}
