// WAV files as people have them: PCM of 8 to 32 bit, float, A-law and mu-law, any number of channels. Only a block at a
// time is held as numbers: wavefile would unfold the whole of a file, at eight bytes a sample.
import { BadAudio, type DecodedBlock } from './decoded-audio.ts';

const BLOCK_FRAMES = 65_536;
const TAGS = { pcm: 1, float: 3, aLaw: 6, muLaw: 7, extensible: 0xfffe };
/** Sizes that programs write who do not know the length beforehand. */
const OPEN_SIZES = [0xffffffff, 0x7fffffff, 0x7ffff000, 0x80000000];

interface WavFormat {
  tag: number;
  channels: number;
  sampleRateHz: number;
  bits: number;
}

export async function* decodeWav(file: Buffer): AsyncGenerator<DecodedBlock> {
  if (file.toString('latin1', 0, 4) === 'RIFX')
    throw new BadAudio('is a big-endian WAV (RIFX); save it as an ordinary WAV');
  const { format, data } = findChunks(file);
  const read = chooseReader(format);
  const sampleBytes = format.bits / 8;
  const frameBytes = sampleBytes * format.channels;
  const frames = Math.floor(data.length / frameBytes);
  for (let start = 0; start < frames; start += BLOCK_FRAMES) {
    const length = Math.min(BLOCK_FRAMES, frames - start);
    const channels = Array.from({ length: format.channels }, () => new Float32Array(length));
    for (let frame = 0; frame < length; frame++) {
      const at = (start + frame) * frameBytes;
      for (const [index, samples] of channels.entries())
        samples[frame] = read(data, at + index * sampleBytes);
    }
    yield { channels, sampleRateHz: format.sampleRateHz };
  }
}

function findChunks(file: Buffer): { format: WavFormat; data: Buffer } {
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= file.length; ) {
    const id = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const start = at + 8;
    if (id === 'fmt ') format = readFormat(file.subarray(start, start + size));
    if (id === 'data') {
      if (format === undefined)
        throw new BadAudio('is a damaged WAV: its samples stand before their description');
      return { format, data: takeData(file, start, size) };
    }
    at = start + size + (size % 2);
  }
  throw new BadAudio(
    format === undefined ? 'is a WAV without a description of its samples' : 'is a WAV without samples',
  );
}

function takeData(file: Buffer, start: number, size: number): Buffer {
  const there = file.length - start;
  if (size <= there || OPEN_SIZES.includes(size))
    return file.subarray(start, Math.min(file.length, start + size));
  throw new BadAudio(
    `ends early: ${there} of the ${size} bytes of sound that it announces are there; send it again`,
  );
}

function readFormat(chunk: Buffer): WavFormat {
  if (chunk.length < 16) throw new BadAudio('is a damaged WAV: the description of its samples is cut off');
  const tag = chunk.readUInt16LE(0);
  return {
    // The real tag of an extensible format begins its GUID.
    tag: tag === TAGS.extensible && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag,
    channels: chunk.readUInt16LE(2),
    sampleRateHz: chunk.readUInt32LE(4),
    bits: chunk.readUInt16LE(14),
  };
}

type Reader = (data: Buffer, at: number) => number;

const READERS: Record<string, Reader> = {
  [`${TAGS.pcm}/8`]: (data, at) => (data[at]! - 128) / 128,
  [`${TAGS.pcm}/16`]: (data, at) => data.readInt16LE(at) / 2 ** 15,
  [`${TAGS.pcm}/24`]: (data, at) => data.readIntLE(at, 3) / 2 ** 23,
  [`${TAGS.pcm}/32`]: (data, at) => data.readInt32LE(at) / 2 ** 31,
  [`${TAGS.float}/32`]: (data, at) => data.readFloatLE(at),
  [`${TAGS.float}/64`]: (data, at) => data.readDoubleLE(at),
  [`${TAGS.aLaw}/8`]: (data, at) => expandALaw(data[at]!),
  [`${TAGS.muLaw}/8`]: (data, at) => expandMuLaw(data[at]!),
};

function chooseReader({ tag, channels, bits }: WavFormat): Reader {
  const reader = READERS[`${tag}/${bits}`];
  if (reader === undefined)
    throw new BadAudio(
      `is a WAV of a kind that is not read (format ${tag}, ${bits} bits); save it as 16-bit PCM`,
    );
  if (channels === 0) throw new BadAudio('is a damaged WAV: it has no channels');
  return reader;
}

/** ITU-T G.711. */
function expandALaw(byte: number): number {
  const value = byte ^ 0x55;
  const exponent = (value & 0x70) >> 4;
  const mantissa = ((value & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (value & 0x80 ? magnitude : -magnitude) / 2 ** 15;
}

/** ITU-T G.711. */
function expandMuLaw(byte: number): number {
  const value = ~byte & 0xff;
  const magnitude = ((((value & 0x0f) << 3) + 0x84) << ((value & 0x70) >> 4)) - 0x84;
  return (value & 0x80 ? -magnitude : magnitude) / 2 ** 15;
}
