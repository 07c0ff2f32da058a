// The header of a 16-bit mono WAV file whose samples are written elsewhere, as they come.
import wavefile from 'wavefile';
import { BYTES_PER_SAMPLE } from './pcm.ts';

const RIFF_HEADER_BYTES = 44;
const RF64_HEADER_BYTES = 80;
const MAX_UINT32 = 0xffffffff;

/** The size of the whole file, header and samples. */
export function countWavBytes(lengthSamples: number): number {
  const dataBytes = lengthSamples * BYTES_PER_SAMPLE;
  return dataBytes + (isRf64(dataBytes) ? RF64_HEADER_BYTES : RIFF_HEADER_BYTES);
}

/**
 * What stands before `lengthSamples` samples of s16le: 44 bytes of RIFF, or, where its 32-bit sizes do not suffice (from 4 GiB, a
 * day of speech), 80 bytes of RF64 (EBU Tech 3306), which ffmpeg and SoX read.
 */
export function createWavHeader({
  sampleRateHz,
  lengthSamples,
}: {
  sampleRateHz: number;
  lengthSamples: number;
}): Buffer {
  const dataBytes = lengthSamples * BYTES_PER_SAMPLE;
  const riffBytes = countWavBytes(lengthSamples) - 8;
  const wav = new wavefile.WaveFile();
  const container = isRf64(dataBytes) ? 'RF64' : 'RIFF';
  wav.fromScratch(1, sampleRateHz, '16', [], { container });
  if (container === 'RF64') {
    // wavefile names the fields of ds64 otherwise than EBU 3306 orders them; it writes them in this order.
    Object.assign(wav.ds64, {
      chunkId: 'ds64',
      chunkSize: 28,
      riffSizeHigh: lowHalf(riffBytes),
      riffSizeLow: highHalf(riffBytes),
      dataSizeHigh: lowHalf(dataBytes),
      dataSizeLow: highHalf(dataBytes),
      originationTime: lowHalf(lengthSamples),
      sampleCountHigh: highHalf(lengthSamples),
      sampleCountLow: 0,
    });
  }
  const header = Buffer.from(wav.toBuffer());
  header.writeUInt32LE(Math.min(riffBytes, MAX_UINT32), 4);
  header.writeUInt32LE(container === 'RF64' ? MAX_UINT32 : dataBytes, header.length - 4);
  return header;
}

/**
 * What stands before samples whose number nobody knows yet: sizes of 0xFFFFFFFF, which ffmpeg, SoX and browsers read as
 * "until the end".
 */
export function createOpenWavHeader(sampleRateHz: number): Buffer {
  const header = createWavHeader({ sampleRateHz, lengthSamples: 0 });
  header.writeUInt32LE(MAX_UINT32, 4);
  header.writeUInt32LE(MAX_UINT32, header.length - 4);
  return header;
}

function isRf64(dataBytes: number): boolean {
  return dataBytes + RIFF_HEADER_BYTES - 8 > MAX_UINT32;
}

function lowHalf(value: number): number {
  return value % 2 ** 32;
}

function highHalf(value: number): number {
  return Math.floor(value / 2 ** 32);
}
