// FLAC (RFC 9639): lossless, by fixed predictors and Rice codes. Written here because the npm ports of libFLAC are 2 to 8 MB
// for what takes some 200 lines, and speech gains only a few percent from libFLAC's longer predictors.
import { createHash } from 'node:crypto';
import { readSamples } from '../pcm.ts';
import type { AudioEncoder } from './encoder.ts';
import { encodeFlacFrame } from './flac-frame.ts';

const BLOCK_SAMPLES = 4096;
const BLOCK_BYTES = BLOCK_SAMPLES * 2;
/** The rate has 20 bits, a frame's number 36, of which 31 are taken here: 11 years of speech. */
const MAX_SAMPLE_RATE_HZ = 2 ** 16 - 1;

/** Exact. The stream's head says that length and MD5 are not known; the one for a file holds both. */
export function openFlacEncoder(sampleRateHz: number): AudioEncoder {
  if (!Number.isInteger(sampleRateHz) || sampleRateHz < 1 || sampleRateHz > MAX_SAMPLE_RATE_HZ) {
    throw new RangeError(
      `FLAC: expected a whole rate from 1 to ${MAX_SAMPLE_RATE_HZ} Hz, got ${sampleRateHz}`,
    );
  }
  const md5 = createHash('md5');
  const frameBytes = { min: 0, max: 0 };
  let rest = Buffer.alloc(0);
  let lengthSamples = 0;
  let frames = 0;
  let hasHead = false;

  function takeHead(): Buffer[] {
    if (hasHead) return [];
    hasHead = true;
    return [createHead(sampleRateHz)];
  }

  function encodeBlock(pcm: Buffer): Buffer {
    const frame = encodeFlacFrame(readSamples(pcm), { sampleRateHz, number: frames++ });
    frameBytes.min = frames === 1 ? frame.length : Math.min(frameBytes.min, frame.length);
    frameBytes.max = Math.max(frameBytes.max, frame.length);
    return frame;
  }

  return {
    encode(pcm) {
      md5.update(pcm);
      lengthSamples += pcm.length / 2;
      const output = takeHead();
      let waiting = rest.length === 0 ? pcm : Buffer.concat([rest, pcm]);
      for (; waiting.length >= BLOCK_BYTES; waiting = waiting.subarray(BLOCK_BYTES)) {
        output.push(encodeBlock(waiting.subarray(0, BLOCK_BYTES)));
      }
      rest = Buffer.from(waiting);
      return Buffer.concat(output);
    },
    finish() {
      const output = takeHead();
      if (rest.length > 0) output.push(encodeBlock(rest));
      return {
        bytes: Buffer.concat(output),
        head: createHead(sampleRateHz, { lengthSamples, frameBytes, md5: md5.digest() }),
      };
    },
    close() {},
  };
}

interface Totals {
  lengthSamples: number;
  frameBytes: { min: number; max: number };
  md5: Buffer;
}

/** The marker and the STREAMINFO block (RFC 9639, 8.2), in which a zero stands for unknown. */
function createHead(sampleRateHz: number, totals?: Totals): Buffer {
  const head = Buffer.alloc(42);
  head.write('fLaC', 0, 'latin1');
  head.writeUInt32BE(0x80000000 + 34, 4);
  head.writeUInt16BE(BLOCK_SAMPLES, 8);
  head.writeUInt16BE(BLOCK_SAMPLES, 10);
  head.writeUIntBE(totals?.frameBytes.min ?? 0, 12, 3);
  head.writeUIntBE(totals?.frameBytes.max ?? 0, 15, 3);
  // 20 bits of rate, 3 of channels less one, 5 of bits a sample less one, 36 of length.
  const format = (BigInt(sampleRateHz) << 44n) | (15n << 36n) | BigInt(totals?.lengthSamples ?? 0);
  head.writeBigUInt64BE(format, 18);
  totals?.md5.copy(head, 26);
  return head;
}
