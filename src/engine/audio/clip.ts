// A voice clip in the one form in which it is kept: mono, 16-bit WAV, at the rate it came in, up to 48 kHz.
import { createDecimator, type Decimator } from './decimate.ts';
import { decodeAudio } from './decode/decode-audio.ts';
import { BadAudio, type DecodedBlock } from './decode/decoded-audio.ts';
import { joinSamples } from './join-samples.ts';
import { encodePcm } from './pcm.ts';
import { createWavHeader } from './wav-header.ts';

const MAX_RATE_HZ = 48_000;
const RATE_HZ = { least: 8000, most: 384_000 };
const MAX_CHANNELS = 32;
/** -66 dBFS: quieter than this at its loudest, nobody speaks in it. */
const SILENCE_PEAK = 0.0005;

export interface Clip {
  wav: Buffer;
  sampleRateHz: number;
  durationSec: number;
  /** The file is longer: this is its beginning. */
  isCut: boolean;
}

/**
 * Throws `BadAudio` when the file is no audio, empty or silent, or longer than `maxSec` unless it `mayCut`. Never holds more of it
 * than `maxSec`.
 */
export async function makeClip(
  file: Buffer,
  { maxSec, mayCut = false }: { maxSec: number; mayCut?: boolean },
): Promise<Clip> {
  const parts: Float32Array[] = [];
  let rateHz = 0;
  let lengthSamples = 0;
  let isCut = false;
  let lower: { rateHz: number; decimator: Decimator | null } | undefined;
  const keep = (part: Float32Array) => {
    if (part.length > 0) parts.push(part);
  };
  for await (const block of decodeAudio(file)) {
    if (lower === undefined) {
      rateHz = block.sampleRateHz;
      checkShape(block);
      lower = chooseRate(rateHz);
    } else if (block.sampleRateHz !== rateHz)
      throw new BadAudio('changes its sample rate midway; save it as WAV');
    const whole = mixDown(block);
    const room = Math.floor(maxSec * rateHz) - lengthSamples;
    isCut = whole.length > room;
    if (isCut && !mayCut) throw new BadAudio(`is longer than ${maxSec} seconds; cut it`);
    const mono = isCut ? whole.subarray(0, room) : whole;
    lengthSamples += mono.length;
    keep(lower.decimator?.push(mono) ?? mono);
    if (isCut) break;
  }
  if (lower === undefined || lengthSamples === 0) throw new BadAudio('holds no sound');
  if (lower.decimator !== null) keep(lower.decimator.finish());
  const samples = joinSamples(parts);
  level(samples);
  const header = createWavHeader({ sampleRateHz: lower.rateHz, lengthSamples: samples.length });
  return {
    wav: Buffer.concat([header, encodePcm(samples)]),
    sampleRateHz: lower.rateHz,
    durationSec: samples.length / lower.rateHz,
    isCut,
  };
}

function checkShape({ sampleRateHz, channels }: DecodedBlock): void {
  if (sampleRateHz < RATE_HZ.least || sampleRateHz > RATE_HZ.most)
    throw new BadAudio(`has ${sampleRateHz} samples a second; ${RATE_HZ.least} to ${RATE_HZ.most} are taken`);
  if (channels.length > MAX_CHANNELS)
    throw new BadAudio(`has ${channels.length} channels; at most ${MAX_CHANNELS} are taken`);
}

/** Up to 48 kHz a clip stays as it is: every further step would take something away. */
function chooseRate(rateHz: number): { rateHz: number; decimator: Decimator | null } {
  const factor = Math.ceil(rateHz / MAX_RATE_HZ);
  return factor === 1
    ? { rateHz, decimator: null }
    : { rateHz: Math.round(rateHz / factor), decimator: createDecimator(factor) };
}

function mixDown({ channels }: DecodedBlock): Float32Array {
  const [first] = channels;
  if (channels.length === 1) return first!.slice();
  const mono = new Float32Array(first!.length);
  for (const samples of channels)
    for (let index = 0; index < mono.length; index++) mono[index]! += samples[index]!;
  for (let index = 0; index < mono.length; index++) mono[index]! /= channels.length;
  return mono;
}

/** Float files may go beyond full scale: they are turned down as a whole, not clipped. */
function level(samples: Float32Array): void {
  let peak = 0;
  for (const sample of samples) {
    if (!Number.isFinite(sample))
      throw new BadAudio('holds samples that are no numbers; save it as 16-bit PCM');
    peak = Math.max(peak, Math.abs(sample));
  }
  if (peak < SILENCE_PEAK) throw new BadAudio('holds only silence; record it again, louder');
  if (peak > 1) for (let index = 0; index < samples.length; index++) samples[index]! /= peak;
}
