// A clip in the page: decoded, cut, made louder or softer, heard, and written as a WAV for the daemon.

export interface SoundClip {
  name: string;
  sampleRateHz: number;
  /** One channel, -1 to 1. */
  samples: Float32Array<ArrayBuffer>;
}

/** Which part is kept, and how loud. */
export interface Cut {
  startSec: number;
  endSec: number;
  gainDb: number;
}

/** Rejects when the browser cannot read it. */
export async function decodeClip(file: Blob, name: string): Promise<SoundClip> {
  const context = new AudioContext();
  try {
    const decoded = await context.decodeAudioData(await file.arrayBuffer());
    return { name, sampleRateHz: decoded.sampleRate, samples: mix(decoded) };
  } finally {
    await context.close();
  }
}

export function getLengthSec({ samples, sampleRateHz }: SoundClip): number {
  return samples.length / sampleRateHz;
}

/** The loudest sample of each of `count` parts, 0 to 1. */
export function findOutline({ samples }: SoundClip, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * samples.length) / count);
    const end = Math.floor(((index + 1) * samples.length) / count);
    let peak = 0;
    for (let at = start; at < end; at++) peak = Math.max(peak, Math.abs(samples[at]!));
    return peak;
  });
}

export function toGain(db: number): number {
  return 10 ** (db / 20);
}

/** 16 bits, one channel. What would be too loud is cut off at full scale. */
export function encodeWav({ samples, sampleRateHz }: SoundClip, { startSec, endSec, gainDb }: Cut): Blob {
  const part = samples.subarray(Math.round(startSec * sampleRateHz), Math.round(endSec * sampleRateHz));
  const gain = toGain(gainDb);
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + part.length * 2));
  const write = (at: number, word: string) => {
    for (const [index, letter] of [...word].entries()) view.setUint8(at + index, letter.charCodeAt(0));
  };
  write(0, 'RIFF');
  view.setUint32(4, view.byteLength - 8, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, part.length * 2, true);
  for (const [index, sample] of part.entries()) {
    const loud = Math.max(-1, Math.min(1, sample * gain));
    view.setInt16(HEADER_BYTES + index * 2, Math.round(loud * 32_767), true);
  }
  return new Blob([view.buffer], { type: 'audio/wav' });
}

const HEADER_BYTES = 44;

function mix(decoded: AudioBuffer): Float32Array<ArrayBuffer> {
  const mixed = new Float32Array(decoded.length);
  for (let channel = 0; channel < decoded.numberOfChannels; channel++) {
    const samples = decoded.getChannelData(channel);
    for (let at = 0; at < mixed.length; at++) mixed[at]! += samples[at]! / decoded.numberOfChannels;
  }
  return mixed;
}
