// From the acoustic model's frames to samples: pulses shaped by the harmonic filter, shaped noise, a residual, inverse STFT.
import { BINS, HOP_SAMPLES, WINDOW_SAMPLES } from './constants.ts';
import { planFft } from './fft.ts';
import type { FillNoise } from './noise.ts';
import { UNVOICED_BELOW_HZ, writePulses } from './pulses.ts';

/** What the model gives for each frame of 12.5 ms: `f0` one value in Hz, the others BINS values, frame after frame. */
export interface Frames {
  f0: Float32Array;
  harmonicRe: Float32Array;
  harmonicIm: Float32Array;
  noiseGain: Float32Array;
  residualRe: Float32Array;
  residualIm: Float32Array;
}

const PAD = WINDOW_SAMPLES / 2;
const HANN = Float64Array.from(
  { length: WINDOW_SAMPLES },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW_SAMPLES),
);
/** The forward window: the Hann window over the hop, halved because two real frames share one complex transform. */
const ANALYSIS = HANN.map((w) => w / HOP_SAMPLES / 2);
/** The inverse window, with the inverse transform's own factor. */
const SYNTHESIS = HANN.map((w) => w / WINDOW_SAMPLES);
/** Squared Hann windows a hop apart sum to this where four of them overlap. */
const OVERLAP_GAIN = 1.5;
/** The pulse train reaches this many frames beyond a frame's centre, window and interpolation together. */
const PULSE_REACH_FRAMES = 3;

const transform = planFft(WINDOW_SAMPLES);
const inRe = new Float64Array(WINDOW_SAMPLES);
const inIm = new Float64Array(WINDOW_SAMPLES);
const outRe = new Float64Array(WINDOW_SAMPLES);
const outIm = new Float64Array(WINDOW_SAMPLES);
const noise = new Float32Array(4 * BINS);

/**
 * HOP_SAMPLES samples for each frame. Spectrum of a frame: harmonic · STFT(pulses) + noiseGain · Z + residual, with Z
 * complex Gaussian of unit variance per component; then the inverse STFT (Griffin and Lim, 1984), centred.
 */
export function synthesizeWaveform(frames: Frames, fillNoise: FillNoise): Float32Array {
  const count = frames.f0.length;
  const excitation = new Float64Array(count * HOP_SAMPLES + 2 * PAD);
  const sum = new Float64Array(count * HOP_SAMPLES + 2 * PAD + HOP_SAMPLES);
  writePulses(frames.f0, excitation, PAD);
  reflectEdges(excitation);
  for (let first = 0; first < count; first += 2) {
    const second = first + 1 < count ? first + 1 : first;
    analyse(excitation, frames.f0, first, second);
    fillNoise(noise);
    shapeSpectrum(frames, first, second);
    // Swapped real and imaginary parts make the transform an inverse one.
    transform(inIm, inRe, outIm, outRe);
    overlapAdd(sum, first * HOP_SAMPLES, outRe);
    if (second > first) overlapAdd(sum, second * HOP_SAMPLES, outIm);
  }
  return normalise(sum, count);
}

function reflectEdges(padded: Float64Array): void {
  const last = padded.length - PAD - 1;
  for (let i = 1; i <= PAD; i++) {
    padded[PAD - i] = padded[PAD + i]!;
    padded[last + i] = padded[last - i]!;
  }
}

/** Transforms two frames of the excitation at once, the first as the real and the second as the imaginary part. */
function analyse(excitation: Float64Array, f0: Float32Array, first: number, second: number): void {
  if (!isVoicedNear(f0, first, second)) {
    outRe.fill(0);
    outIm.fill(0);
    return;
  }
  const a = first * HOP_SAMPLES;
  const b = second * HOP_SAMPLES;
  for (let i = 0; i < WINDOW_SAMPLES; i++) {
    inRe[i] = excitation[a + i]! * ANALYSIS[i]!;
    inIm[i] = excitation[b + i]! * ANALYSIS[i]!;
  }
  transform(inRe, inIm, outRe, outIm);
}

function isVoicedNear(f0: Float32Array, first: number, second: number): boolean {
  const end = Math.min(second + PULSE_REACH_FRAMES, f0.length - 1);
  for (let i = Math.max(first - PULSE_REACH_FRAMES, 0); i <= end; i++)
    if (f0[i]! > UNVOICED_BELOW_HZ) return true;
  return false;
}

/** Reads both frames' excitation out of the shared transform, shapes it, and packs the two spectra for one inverse transform. */
function shapeSpectrum(frames: Frames, first: number, second: number): void {
  const { harmonicRe, harmonicIm, noiseGain, residualRe, residualIm } = frames;
  let a = first * BINS;
  let b = second * BINS;
  for (let k = 0, z = 0; k < BINS; k++, a++, b++, z += 4) {
    const mirror = k === 0 ? 0 : WINDOW_SAMPLES - k;
    const pulseRe1 = outRe[k]! + outRe[mirror]!;
    const pulseIm1 = outIm[k]! - outIm[mirror]!;
    const pulseRe2 = outIm[k]! + outIm[mirror]!;
    const pulseIm2 = outRe[mirror]! - outRe[k]!;
    const gainRe1 = harmonicRe[a]!;
    const gainIm1 = harmonicIm[a]!;
    const gainRe2 = harmonicRe[b]!;
    const gainIm2 = harmonicIm[b]!;
    const noise1 = noiseGain[a]!;
    const noise2 = noiseGain[b]!;
    const re1 = gainRe1 * pulseRe1 - gainIm1 * pulseIm1 + noise1 * noise[z]! + residualRe[a]!;
    const im1 = gainRe1 * pulseIm1 + gainIm1 * pulseRe1 + noise1 * noise[z + 1]! + residualIm[a]!;
    const re2 = gainRe2 * pulseRe2 - gainIm2 * pulseIm2 + noise2 * noise[z + 2]! + residualRe[b]!;
    const im2 = gainRe2 * pulseIm2 + gainIm2 * pulseRe2 + noise2 * noise[z + 3]! + residualIm[b]!;
    inRe[k] = re1 - im2;
    inIm[k] = im1 + re2;
    inRe[mirror] = re1 + im2;
    inIm[mirror] = re2 - im1;
    if (mirror === k || mirror === 0) {
      // A real signal has no imaginary part at 0 Hz and at half the rate.
      inRe[k] = re1;
      inIm[k] = re2;
    }
  }
}

function overlapAdd(sum: Float64Array, at: number, frame: Float64Array): void {
  for (let i = 0; i < WINDOW_SAMPLES; i++) sum[at + i]! += frame[i]! * SYNTHESIS[i]!;
}

/** Divides by the sum of the squared windows that cover each sample, and drops the padding. */
function normalise(sum: Float64Array, count: number): Float32Array {
  const samples = new Float32Array(count * HOP_SAMPLES);
  for (let block = 0; block < count; block++) {
    const start = block * HOP_SAMPLES;
    const isInside = block >= 1 && block <= count - 3;
    for (let i = 0; i < HOP_SAMPLES; i++)
      samples[start + i] = sum[PAD + start + i]! / (isInside ? OVERLAP_GAIN : sumWindows(block, i, count));
  }
  return samples;
}

function sumWindows(block: number, i: number, count: number): number {
  let total = 0;
  for (let frame = Math.max(block - 1, 0); frame <= Math.min(block + 2, count - 1); frame++)
    total += HANN[i + (block - frame) * HOP_SAMPLES + PAD]! ** 2;
  return total;
}
