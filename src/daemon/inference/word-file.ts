// When each word of a finished job is heard, in a file beside its result, little endian throughout:
// "TTSW", version u32, sample rate u32, samples of the whole f64; a word: start u32, end u32, first and last sample f64;
// CRC-32 of everything before. Samples are f64 because a long text read slowly has more of them than u32 counts.
import { crc32 } from 'node:zlib';

/** A word of the user's text (UTF-16 offsets, `end` exclusive) and the samples of the whole audio in which it is heard. */
export interface HeardWord {
  start: number;
  end: number;
  startSample: number;
  endSample: number;
}

export interface HeardWords {
  sampleRateHz: number;
  /** Of the whole audio, pauses included. */
  lengthSamples: number;
  /** In text order. */
  words: HeardWord[];
}

const MAGIC = 'TTSW';
const VERSION = 1;
const HEAD_BYTES = 20;
const WORD_BYTES = 24;
const CRC_BYTES = 4;

export function encodeWords({ sampleRateHz, lengthSamples, words }: HeardWords): Buffer {
  const file = Buffer.allocUnsafe(HEAD_BYTES + words.length * WORD_BYTES + CRC_BYTES);
  file.write(MAGIC, 0, 'latin1');
  let at = MAGIC.length;
  for (const value of [VERSION, sampleRateHz]) at = file.writeUInt32LE(value, at);
  at = file.writeDoubleLE(lengthSamples, at);
  for (const { start, end, startSample, endSample } of words) {
    for (const value of [start, end]) at = file.writeUInt32LE(value, at);
    for (const value of [startSample, endSample]) at = file.writeDoubleLE(value, at);
  }
  file.writeUInt32LE(crc32(file.subarray(0, at)), at);
  return file;
}

/** Undefined for what is no such file, or damaged. */
export function decodeWords(file: Buffer): HeardWords | undefined {
  const wordBytes = file.length - HEAD_BYTES - CRC_BYTES;
  if (wordBytes < 0 || wordBytes % WORD_BYTES !== 0 || file.toString('latin1', 0, 4) !== MAGIC)
    return undefined;
  if (file.readUInt32LE(4) !== VERSION) return undefined;
  if (file.readUInt32LE(file.length - CRC_BYTES) !== crc32(file.subarray(0, -CRC_BYTES))) return undefined;
  const words: HeardWord[] = [];
  for (let at = HEAD_BYTES; at < HEAD_BYTES + wordBytes; at += WORD_BYTES) {
    words.push({
      start: file.readUInt32LE(at),
      end: file.readUInt32LE(at + 4),
      startSample: file.readDoubleLE(at + 8),
      endSample: file.readDoubleLE(at + 16),
    });
  }
  return { sampleRateHz: file.readUInt32LE(8), lengthSamples: file.readDoubleLE(12), words };
}
