// Another speaker from the frames of the natural one: pitch moved, resonances moved, the words left as they are.
import { BINS, SAMPLE_RATE_HZ, WINDOW_SAMPLES } from './constants.ts';
import { UNVOICED_BELOW_HZ } from './pulses.ts';
import type { Derivation } from './speakers.ts';
import type { Frames } from './waveform.ts';

const MEAN_PITCH_HZ = 190;
const BIN_HZ = SAMPLE_RATE_HZ / WINDOW_SAMPLES;
/** Between this and the unvoiced limit lie only the first moments of a voiced sound, with no harmonics to speak of. */
const HARMONICS_FROM_HZ = 60;
/** A lower voice stays a voice: a pitch that would fall below this is held there. */
const LOWEST_PITCH_HZ = 1.1 * UNVOICED_BELOW_HZ;
/** Half of the analysis window's main lobe, in bins. */
const LOBE_BINS = 2;
const SILENT = 1e-7;

/**
 * Changes `frames` in place. The model was trained with energy at the harmonics of its own pitch alone, so between them
 * its harmonic factors mean nothing: they are read at the harmonics, joined by straight lines in decibels, and that envelope is
 * what the new harmonics take their strength from. Angles stay where they are: with them a burst keeps its moment.
 */
export function deriveFrames(frames: Frames, { pitch, pitchRange, formants }: Derivation): void {
  const { f0, harmonicRe, harmonicIm, residualRe, residualIm } = frames;
  for (let frame = 0; frame < f0.length; frame++) {
    const start = frame * BINS;
    const end = start + BINS;
    const pitchHz = f0[frame]!;
    if (pitchHz > HARMONICS_FROM_HZ) {
      const spacing = pitchHz / BIN_HZ;
      const strengths = readHarmonics(
        harmonicRe.subarray(start, end),
        harmonicIm.subarray(start, end),
        spacing,
      );
      writeEnvelope(strengths, spacing * formants, formants);
      setMagnitudes(harmonicRe, harmonicIm, start);
    }
    readWarped(residualRe, residualIm, start, formants);
    setMagnitudes(residualRe, residualIm, start);
    if (pitchHz > UNVOICED_BELOW_HZ)
      f0[frame] = Math.max(pitch * MEAN_PITCH_HZ * (pitchHz / MEAN_PITCH_HZ) ** pitchRange, LOWEST_PITCH_HZ);
  }
}

/** The magnitudes that a frame is to have. */
const magnitudes = new Float64Array(BINS);
/** Strength of each harmonic of a frame, the first at index 1; neighbours at both ends repeat the last known. */
const harmonics = new Float64Array(Math.ceil(((BINS - 1) * BIN_HZ) / HARMONICS_FROM_HZ) + 2);

/** Root mean square of the factors that a harmonic's lobe falls on, weighted by the lobe. `spacing` in bins. */
function readHarmonics(re: Float32Array, im: Float32Array, spacing: number): Float64Array {
  const count = Math.floor((BINS - 1) / spacing);
  for (let h = 1; h <= count; h++) {
    const centre = h * spacing;
    let power = 0;
    let weights = 0;
    const last = Math.min(Math.floor(centre) + LOBE_BINS, BINS - 1);
    for (let k = Math.max(Math.floor(centre) - LOBE_BINS + 1, 0); k <= last; k++) {
      const distance = (centre - k) / LOBE_BINS;
      const weight = (1 - distance * distance) ** 3;
      power += weight * (re[k]! * re[k]! + im[k]! * im[k]!);
      weights += weight;
    }
    harmonics[h] = Math.sqrt(power / weights) + SILENT;
  }
  harmonics[0] = harmonics[1]!;
  harmonics[count + 1] = harmonics[count]!;
  return harmonics.subarray(0, count + 2);
}

/** Writes the envelope through `strengths`, `spacing` bins apart, to `magnitudes`; zero beyond the stretched end. */
function writeEnvelope(strengths: Float64Array, spacing: number, formants: number): void {
  const end = Math.min(BINS, Math.floor((BINS - 1) * formants) + 1);
  let k = 0;
  for (let h = 0; h + 1 < strengths.length; h++) {
    const ratio = strengths[h + 1]! / strengths[h]!;
    const stop = Math.min(end, Math.ceil((h + 1) * spacing));
    if (k >= stop) continue;
    let magnitude = strengths[h]! * ratio ** (k / spacing - h);
    const step = ratio ** (1 / spacing);
    for (; k < stop; k++) {
      magnitudes[k] = magnitude;
      magnitude *= step;
    }
  }
  magnitudes.fill(0, k);
}

/** Writes the magnitudes of a frame, its frequency axis stretched by `formants`, to `magnitudes`. */
function readWarped(re: Float32Array, im: Float32Array, start: number, formants: number): void {
  for (let k = 0; k < BINS; k++) {
    const from = Math.round(k / formants);
    const at = start + from;
    magnitudes[k] = from < BINS ? Math.sqrt(re[at]! * re[at]! + im[at]! * im[at]!) : 0;
  }
}

/** Gives a frame the magnitudes, and leaves its angles. */
function setMagnitudes(re: Float32Array, im: Float32Array, start: number): void {
  for (let k = 0, at = start; k < BINS; k++, at++) {
    const old = Math.sqrt(re[at]! * re[at]! + im[at]! * im[at]!);
    const factor = magnitudes[k]! / (old + SILENT);
    re[at]! *= factor;
    im[at]! *= factor;
  }
}
