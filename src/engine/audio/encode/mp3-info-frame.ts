// The first frame of an MP3 file: silence to a decoder that knows nothing of it, and a table for all others, as Xing began it and
// LAME extended it (http://gabriel.mp3-tech.org/mp3infotag.html).
import { computeReflectedCrc16 } from './crc.ts';

/** LAME delays what it is given by this; decoders add 529 samples of their own, which they know. */
const ENCODER_DELAY_SAMPLES = 576;
const HEADER_BYTES = 4;
const MPEG1_BIT = 0x08;
const PADDING_BIT = 0x02;
const HAS_ALL_FIELDS = 0b1111;
const HAS_BYTES = 0b0010;
const UNKNOWN_BYTES = 0xffffffff;
const CONSTANT_BIT_RATE = 1;

export interface InfoFrame {
  /** The 4 bytes that the first frame of audio begins with. */
  firstHeader: Buffer;
  /** Length of a frame; may have a fraction, which is made up for by a byte of padding in some frames. */
  frameBytes: number;
  /** Left out while the length is not known. */
  totals?: {
    frames: number;
    lengthSamples: number;
    samplesPerFrame: number;
    audioBytes: number;
  };
}

/** Always of the same length, with totals and without. */
export function createInfoFrame({ firstHeader, frameBytes, totals }: InfoFrame): Buffer {
  const frame = Buffer.alloc(Math.floor(frameBytes));
  firstHeader.copy(frame);
  frame[2]! &= ~PADDING_BIT;
  let offset = HEADER_BYTES + ((firstHeader[1]! & MPEG1_BIT) === 0 ? 9 : 17);
  frame.write('Info', offset, 'latin1');
  if (totals === undefined) {
    // Demuxers take the frame for audio unless it names frames or bytes; a size of a stream is written as all ones elsewhere too.
    frame.writeUInt32BE(HAS_BYTES, offset + 4);
    frame.writeUInt32BE(UNKNOWN_BYTES, offset + 8);
    offset += 12;
  } else {
    frame.writeUInt32BE(HAS_ALL_FIELDS, offset + 4);
    frame.writeUInt32BE(totals.frames, offset + 8);
    frame.writeUInt32BE(frame.length + totals.audioBytes, offset + 12);
    // Where each hundredth of the time begins, in 256ths of the file.
    for (let percent = 0; percent < 100; percent++) frame[offset + 16 + percent] = (percent * 256) / 100;
    offset += 120;
  }
  frame.write('LAME3.100', offset, 'latin1');
  frame[offset + 9] = CONSTANT_BIT_RATE;
  const paddingSamples =
    totals === undefined
      ? 0
      : totals.frames * totals.samplesPerFrame - ENCODER_DELAY_SAMPLES - totals.lengthSamples;
  frame.writeUIntBE((ENCODER_DELAY_SAMPLES << 12) | paddingSamples, offset + 21, 3);
  if (totals !== undefined) frame.writeUInt32BE(frame.length + totals.audioBytes, offset + 28);
  frame.writeUInt16BE(computeReflectedCrc16(frame.subarray(0, offset + 34)), offset + 34);
  return frame;
}
