// One chunk's audio out of the runs that it took: each trimmed, kept within full scale, faded at its edges and put in its place.
import { fadeEdges, findSound } from './edges.ts';
import { limitPeak } from './limit-peak.ts';

export interface PieceJoiner {
  /**
   * Takes what a run made, which is changed in place; `pauseSec` of silence follow when another piece does. Answers at which sample
   * of the whole the first sample of the run lies, negative when the silence before its sound was cut off.
   */
  add(run: Float32Array, pauseSec: number): number;
  join(): Float32Array;
}

export function createPieceJoiner(sampleRateHz: number): PieceJoiner {
  const pieces: { samples: Float32Array; startSample: number }[] = [];
  let lengthSamples = 0;
  let pauseSamples = 0;
  return {
    add(run, pauseSec) {
      const { start, end } = findSound(run, sampleRateHz);
      const samples = run.subarray(start, end);
      limitPeak(samples);
      fadeEdges(samples, sampleRateHz);
      const startSample = lengthSamples + pauseSamples;
      pieces.push({ samples, startSample });
      lengthSamples = startSample + samples.length;
      pauseSamples = Math.round(pauseSec * sampleRateHz);
      return startSample - start;
    },
    join() {
      const whole = new Float32Array(lengthSamples);
      for (const { samples, startSample } of pieces) whole.set(samples, startSample);
      return whole;
    },
  };
}
