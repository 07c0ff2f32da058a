// The acoustic graph: phoneme ids in, frames and durations out.
import { openSession, Tensor } from '../../model/session.ts';
import { BINS, FRAMES_PER_STEP } from './constants.ts';
import type { Frames } from './waveform.ts';

export interface AcousticModel {
  /** `ids`: 1 to MOST_PHONEMES phoneme ids without padding. `speed`: 1 is natural, 2 twice as fast. */
  run(ids: readonly number[], speed: number): Promise<AcousticResult>;
  close(): Promise<void>;
}

export interface AcousticResult {
  frames: Frames;
  /** In steps of 25 ms: the silence before, one entry for each id, the silence after. */
  durations: number[];
}

/** The graph was trained on no more at once. */
export const MOST_PHONEMES = 400;
/** Stands at both ends of the ids. */
const PADDING_ID = 0;

const CONTRACT = {
  inputs: ['ids', 'speed'],
  outputs: ['f0', 'durations', 'harmonic_re', 'harmonic_im', 'noise_gain', 'residual_re', 'residual_im'],
} as const;

export async function openAcousticModel(path: string, threads: number): Promise<AcousticModel> {
  const session = await openSession(path, CONTRACT, { threads, isOptimised: true });
  return {
    async run(ids, speed) {
      const padded = BigInt64Array.from([PADDING_ID, ...ids, PADDING_ID], BigInt);
      const outputs = await session.run({
        ids: new Tensor('int64', padded, [1, padded.length]),
        speed: new Tensor('float32', Float32Array.of(speed), [1]),
      });
      const f0 = outputs.f0!.data as Float32Array;
      const readFrames = (name: string): Float32Array => {
        const values = outputs[name]!.data as Float32Array;
        if (values.length !== f0.length * BINS)
          throw new Error(`${path} does not match its engine: expected ${BINS} values a frame in ${name}`);
        return values;
      };
      const durations = Array.from(outputs.durations!.data as BigInt64Array, Number);
      if (f0.length !== durations.reduce((sum, steps) => sum + FRAMES_PER_STEP * steps, 0))
        throw new Error(
          `${path} does not match its engine: expected ${FRAMES_PER_STEP} frames a step of duration`,
        );
      return {
        frames: {
          f0,
          harmonicRe: readFrames('harmonic_re'),
          harmonicIm: readFrames('harmonic_im'),
          noiseGain: readFrames('noise_gain'),
          residualRe: readFrames('residual_re'),
          residualIm: readFrames('residual_im'),
        },
        durations,
      };
    },
    close: () => session.release(),
  };
}
