// How a chunk's audio lies in its file, little endian throughout:
// "TTSC", version u32, JSON length u32, PCM length u32, JSON, s16le PCM, CRC-32 of everything before.
import { crc32 } from 'node:zlib';
import type { WordTiming } from '../../engine/engine.ts';

export interface StoredChunk {
  /** s16le mono. */
  pcm: Buffer;
  sampleRateHz: number;
  words: WordTiming[];
  warnings: string[];
}

const MAGIC = 'TTSC';
const VERSION = 1;
const CRC_BYTES = 4;
const PREFIX_BYTES = 16;

/** The parts of the file in order; the audio is not copied. */
export function encodeChunk({ pcm, sampleRateHz, words, warnings }: StoredChunk): Buffer[] {
  const header = Buffer.from(JSON.stringify({ sampleRateHz, samples: pcm.length / 2, words, warnings }));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MAGIC, 0, 'latin1');
  prefix.writeUInt32LE(VERSION, 4);
  prefix.writeUInt32LE(header.length, 8);
  prefix.writeUInt32LE(pcm.length, 12);
  const parts = [prefix, header, pcm];
  const crc = Buffer.alloc(CRC_BYTES);
  crc.writeUInt32LE(parts.reduce((sum, part) => crc32(part, sum), 0));
  return [...parts, crc];
}

/** The size the whole file must have, from its first 16 bytes; undefined when they are not a chunk's. */
function readFileSize(prefix: Buffer): number | undefined {
  if (prefix.length < PREFIX_BYTES || prefix.toString('latin1', 0, 4) !== MAGIC) return undefined;
  if (prefix.readUInt32LE(4) !== VERSION) return undefined;
  return PREFIX_BYTES + prefix.readUInt32LE(8) + prefix.readUInt32LE(12) + CRC_BYTES;
}

/** The chunk, its `pcm` a view into `file`, or what is wrong with the file. */
export function decodeChunk(file: Buffer): StoredChunk | { damage: string } {
  const size = readFileSize(file);
  if (size === undefined) return { damage: 'not a chunk of this version' };
  if (size !== file.length) return { damage: `${file.length} bytes instead of ${size}` };
  const crc = file.readUInt32LE(file.length - CRC_BYTES);
  if (crc !== crc32(file.subarray(0, -CRC_BYTES))) return { damage: 'checksum differs' };
  const pcmStart = PREFIX_BYTES + file.readUInt32LE(8);
  const pcm = file.subarray(pcmStart, file.length - CRC_BYTES);
  const header = parseHeader(file.toString('utf8', PREFIX_BYTES, pcmStart));
  if (!header || header.samples * 2 !== pcm.length) return { damage: 'header is not one of a chunk' };
  return { pcm, sampleRateHz: header.sampleRateHz, words: header.words, warnings: header.warnings };
}

interface Header {
  sampleRateHz: number;
  samples: number;
  words: WordTiming[];
  warnings: string[];
}

function parseHeader(json: string): Header | undefined {
  let header: Partial<Header> | null;
  try {
    header = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof header?.sampleRateHz !== 'number' || typeof header.samples !== 'number') return undefined;
  if (!Array.isArray(header.words) || !Array.isArray(header.warnings)) return undefined;
  return header as Header;
}
