// Any audio file that is taken from users, by what is in it; its name is not asked.
import { BadAudio, type DecodedBlock } from './decoded-audio.ts';

/** Bytes of an ID3v2 tag's head, which stands before many MP3 files. */
const ID3_HEAD_BYTES = 10;

type Decoder = (file: Buffer) => AsyncGenerator<DecodedBlock>;
export type AudioKind = 'wav' | 'mp3' | 'flac' | 'vorbis' | 'opus';

/** Each loads its WebAssembly when the first file of its kind comes. */
const DECODERS: Record<AudioKind, () => Promise<Decoder>> = {
  wav: async () => (await import('./wav.ts')).decodeWav,
  mp3: async () => (await import('./mp3.ts')).decodeMp3,
  flac: async () => (await import('./flac.ts')).decodeFlac,
  vorbis: async () => (await import('./ogg-vorbis.ts')).decodeVorbis,
  opus: async () => (await import('./ogg-opus.ts')).decodeOpus,
};

/** Block by block, so that whoever wants no more can stop. Throws `BadAudio` when it is no audio, damaged or cut off. */
export async function* decodeAudio(file: Buffer): AsyncGenerator<DecodedBlock> {
  const kind = tellKind(file);
  if (kind === undefined) {
    const what = file.length === 0 ? 'is empty' : 'is not audio in a format that is taken';
    throw new BadAudio(`${what}; send WAV, MP3, FLAC, Ogg Vorbis or Ogg Opus`);
  }
  const decode = await DECODERS[kind]();
  try {
    yield* decode(file);
  } catch (cause) {
    if (cause instanceof BadAudio) throw cause;
    throw new BadAudio(`is damaged: it begins like ${kind.toUpperCase()} but cannot be decoded`, { cause });
  }
}

function tellKind(file: Buffer): AudioKind | undefined {
  const text = (start: number, end: number) => file.toString('latin1', start, end);
  if (/^(RIFF|RF64|RIFX)$/.test(text(0, 4)) && text(8, 12) === 'WAVE') return 'wav';
  if (text(0, 4) === 'fLaC') return 'flac';
  if (text(0, 4) === 'OggS') return tellOggKind(file);
  const start = text(0, 3) === 'ID3' && file.length > ID3_HEAD_BYTES ? skipId3(file) : 0;
  if (text(start, start + 4) === 'fLaC') return 'flac';
  return isMpegFrame(file, start) || start > 0 ? 'mp3' : undefined;
}

function tellOggKind(file: Buffer): AudioKind | undefined {
  // The first packet follows the page's head of 27 bytes and its table of lengths.
  const start = 27 + (file[26] ?? 0);
  const head = file.toString('latin1', start, start + 8);
  if (head === 'OpusHead') return 'opus';
  if (head.startsWith('\x01vorbis')) return 'vorbis';
  return head.startsWith('\x7FFLAC') ? 'flac' : undefined;
}

/** The tag's length is written in seven bits a byte. */
function skipId3(file: Buffer): number {
  const length = file.subarray(6, ID3_HEAD_BYTES).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
  return ID3_HEAD_BYTES + length;
}

/** A frame head of MPEG audio, layer I to III, with nothing reserved in it. */
function isMpegFrame(file: Buffer, start: number): boolean {
  const [sync, version, rates] = [file[start] ?? 0, file[start + 1] ?? 0, file[start + 2] ?? 0];
  const hasSync = sync === 0xff && (version & 0xe0) === 0xe0;
  const isReserved = (version & 0x18) === 0x08 || (version & 0x06) === 0 || (rates & 0x0c) === 0x0c;
  return hasSync && !isReserved && rates >> 4 !== 0xf && rates >> 4 !== 0;
}
