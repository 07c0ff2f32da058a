// From the acoustic model's frames to samples: pulses shaped by the harmonic filter, shaped noise, a residual, inverse STFT.

import type { FillNoise } from '../../audio/noise.ts';
import { BINS, HOP_SAMPLES, WINDOW_SAMPLES } from './constants.ts';
import { openFft } from './fft.ts';
import { UNVOICED_BELOW_HZ, writePulses } from './pulses.ts';

/** What the model gives for each frame of 12.5 ms, an even number of them: `f0` one value in Hz, the others BINS values, frame after frame. */
export interface Frames {
  f0: Float32Array;
  harmonicRe: Float32Array;
  harmonicIm: Float32Array;
  noiseGain: Float32Array;
  residualRe: Float32Array;
  residualIm: Float32Array;
}

/** HOP_SAMPLES samples for each frame. */
export type SynthesizeWaveform = (frames: Frames, fillNoise: FillNoise) => Float32Array;

const PAD = WINDOW_SAMPLES / 2;
const HANN = Float64Array.from(
  { length: WINDOW_SAMPLES },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW_SAMPLES),
);
/** The forward window: the Hann window over the hop, halved because two real frames share one complex transform. */
const ANALYSIS = Float32Array.from(HANN, (w) => w / HOP_SAMPLES / 2);
/** The inverse window, with the inverse transform's own factor. */
const SYNTHESIS = Float32Array.from(HANN, (w) => w / WINDOW_SAMPLES);
/** Squared Hann windows a hop apart sum to this where four of them overlap. */
const OVERLAP_GAIN = 1.5;
/** The pulse train reaches this many frames beyond a frame's centre, window and interpolation together. */
const PULSE_REACH_FRAMES = 3;

/**
 * Spectrum of a frame: harmonic · STFT(pulses) + noiseGain · Z + residual, with Z complex Gaussian of unit variance
 * per component; then the inverse STFT, centred (D. Griffin and J. Lim, 1984). Two frames share each transform.
 */
export async function openWaveform(): Promise<SynthesizeWaveform> {
  const fft = await openFft(WINDOW_SAMPLES);
  const noise = new Float32Array(4 * BINS);
  return (frames, fillNoise) => {
    const count = frames.f0.length;
    const excitation = new Float32Array(count * HOP_SAMPLES + 2 * PAD);
    const sum = new Float32Array(count * HOP_SAMPLES + 2 * PAD);
    writePulses(frames.f0, excitation, PAD);
    reflectEdges(excitation);
    for (let first = 0; first < count; first += 2) {
      const second = first + 1;
      if (isVoicedNear(frames.f0, first, second)) {
        readWindows(excitation, first, second, fft.time);
        fft.forward();
      } else fft.spectrum.fill(0);
      fillNoise(noise);
      shapeSpectrum(frames, first, second, fft.spectrum, noise);
      fft.inverse();
      overlapAdd(sum, first, fft.time);
    }
    return normalise(sum, count);
  };
}

function reflectEdges(padded: Float32Array): void {
  const last = padded.length - PAD - 1;
  for (let i = 1; i <= PAD; i++) {
    padded[PAD - i] = padded[PAD + i]!;
    padded[last + i] = padded[last - i]!;
  }
}

/** The first frame becomes the real and the second the imaginary part. */
function readWindows(excitation: Float32Array, first: number, second: number, time: Float32Array): void {
  let a = first * HOP_SAMPLES;
  let b = second * HOP_SAMPLES;
  for (let i = 0; i < WINDOW_SAMPLES; i++, a++, b++) {
    const weight = ANALYSIS[i]!;
    time[2 * i] = excitation[a]! * weight;
    time[2 * i + 1] = excitation[b]! * weight;
  }
}

function isVoicedNear(f0: Float32Array, first: number, second: number): boolean {
  const end = Math.min(second + PULSE_REACH_FRAMES, f0.length - 1);
  for (let i = Math.max(first - PULSE_REACH_FRAMES, 0); i <= end; i++)
    if (f0[i]! > UNVOICED_BELOW_HZ) return true;
  return false;
}

/** Reads both frames' excitation out of the shared spectrum, shapes it, and writes both back for one inverse transform. */
function shapeSpectrum(
  frames: Frames,
  first: number,
  second: number,
  spectrum: Float32Array,
  noise: Float32Array,
): void {
  const { harmonicRe, harmonicIm, noiseGain, residualRe, residualIm } = frames;
  let a = first * BINS;
  let b = second * BINS;
  for (let k = 0; k < BINS; k++, a++, b++) {
    const low = 2 * k;
    const high = k === 0 ? 0 : 2 * (WINDOW_SAMPLES - k);
    const lowRe = spectrum[low]!;
    const lowIm = spectrum[low + 1]!;
    const highRe = spectrum[high]!;
    const highIm = spectrum[high + 1]!;
    const pulseRe1 = lowRe + highRe;
    const pulseIm1 = lowIm - highIm;
    const pulseRe2 = lowIm + highIm;
    const pulseIm2 = highRe - lowRe;
    const gainRe1 = harmonicRe[a]!;
    const gainIm1 = harmonicIm[a]!;
    const gainRe2 = harmonicRe[b]!;
    const gainIm2 = harmonicIm[b]!;
    const noise1 = noiseGain[a]!;
    const noise2 = noiseGain[b]!;
    const z = 4 * k;
    const re1 = gainRe1 * pulseRe1 - gainIm1 * pulseIm1 + noise1 * noise[z]! + residualRe[a]!;
    const im1 = gainRe1 * pulseIm1 + gainIm1 * pulseRe1 + noise1 * noise[z + 1]! + residualIm[a]!;
    const re2 = gainRe2 * pulseRe2 - gainIm2 * pulseIm2 + noise2 * noise[z + 2]! + residualRe[b]!;
    const im2 = gainRe2 * pulseIm2 + gainIm2 * pulseRe2 + noise2 * noise[z + 3]! + residualIm[b]!;
    spectrum[high] = re1 + im2;
    spectrum[high + 1] = re2 - im1;
    spectrum[low] = re1 - im2;
    spectrum[low + 1] = im1 + re2;
    if (high <= low) {
      // 0 Hz and half the rate stand alone: a real signal has no imaginary part there.
      spectrum[low] = re1;
      spectrum[low + 1] = re2;
    }
  }
}

/** Adds the frame in the real parts, and the next one in the imaginary parts, at their places. */
function overlapAdd(sum: Float32Array, first: number, time: Float32Array): void {
  let a = first * HOP_SAMPLES;
  let b = a + HOP_SAMPLES;
  for (let i = 0; i < WINDOW_SAMPLES; i++, a++, b++) {
    const weight = SYNTHESIS[i]!;
    sum[a]! += time[2 * i]! * weight;
    sum[b]! += time[2 * i + 1]! * weight;
  }
}

/** Divides by the sum of the squared windows that cover each sample, and drops the padding. */
function normalise(sum: Float32Array, count: number): Float32Array {
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
