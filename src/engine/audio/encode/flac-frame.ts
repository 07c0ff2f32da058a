// One FLAC frame (RFC 9639, section 9): 16-bit mono, the best of the five fixed predictors, residual in Rice codes.
import { BitWriter } from './bit-writer.ts';
import { computeCrc8, computeCrc16 } from './crc.ts';
import { chooseRiceCode, writeResidual } from './rice.ts';

const BITS_PER_SAMPLE = 16;
const MAX_ORDER = 4;
/** RFC 9639, 9.1.2; other rates follow the header in 16 bits. */
const RATE_CODES = new Map([
  [8000, 4],
  [16_000, 5],
  [22_050, 6],
  [24_000, 7],
  [32_000, 8],
  [44_100, 9],
  [48_000, 10],
  [96_000, 11],
]);
const RATE_FOLLOWS = 13;
const LENGTH_FOLLOWS = 7;

/** 1 to 65536 samples; `number` counts frames from 0. */
export function encodeFlacFrame(
  samples: Int16Array,
  { sampleRateHz, number }: { sampleRateHz: number; number: number },
): Buffer {
  const bits = new BitWriter(samples.length * 2 + 32);
  writeHeader(bits, samples.length, sampleRateHz, number);
  bits.write(computeCrc8(bits.written), 8);
  writeSubframe(bits, samples);
  bits.fillByte();
  bits.write(computeCrc16(bits.written), 16);
  return bits.written;
}

function writeHeader(bits: BitWriter, length: number, sampleRateHz: number, number: number): void {
  const rateCode = RATE_CODES.get(sampleRateHz) ?? RATE_FOLLOWS;
  bits.write(0xfff8, 16); // sync code, blocks of one length
  bits.write(LENGTH_FOLLOWS, 4);
  bits.write(rateCode, 4);
  bits.write(0b0000_100_0, 8); // mono, 16 bits
  writeFrameNumber(bits, number);
  bits.write(length - 1, 16);
  if (rateCode === RATE_FOLLOWS) bits.write(sampleRateHz, 16);
}

/** Up to 31 bits as UTF-8 would have written them before it ended at U+10FFFF. */
function writeFrameNumber(bits: BitWriter, number: number): void {
  if (number < 0x80) {
    bits.write(number, 8);
    return;
  }
  let following = 1;
  while (number >= 2 ** (5 * following + 6)) following++;
  bits.write(((0xff00 >> (following + 1)) & 0xff) | (number >>> (6 * following)), 8);
  for (let left = following - 1; left >= 0; left--) bits.write(0x80 | ((number >>> (6 * left)) & 0x3f), 8);
}

function writeSubframe(bits: BitWriter, samples: Int16Array): void {
  if (samples.every((sample) => sample === samples[0])) {
    bits.write(0, 8); // constant
    bits.write(samples[0]!, BITS_PER_SAMPLE);
    return;
  }
  const { order, residual } = predict(samples);
  const code = chooseRiceCode(residual, order);
  if (code.bits + order * BITS_PER_SAMPLE >= samples.length * BITS_PER_SAMPLE) {
    bits.write(0b0_000001_0, 8); // verbatim
    for (const sample of samples) bits.write(sample, BITS_PER_SAMPLE);
    return;
  }
  bits.write(0b0_001000_0 | (order << 1), 8);
  for (let index = 0; index < order; index++) bits.write(samples[index]!, BITS_PER_SAMPLE);
  writeResidual(bits, residual, order, code);
}

/** The differences of the order whose absolute sum is least: order 0 is the samples themselves. The first `order` are not residual. */
function predict(samples: Int16Array): { order: number; residual: Int32Array } {
  let best = { order: 0, residual: Int32Array.from(samples) };
  let leastSum = sumMagnitudes(best.residual, 0);
  let previous = best.residual;
  for (let order = 1; order <= Math.min(MAX_ORDER, samples.length - 1); order++) {
    const residual = new Int32Array(samples.length);
    for (let index = order; index < residual.length; index++) {
      residual[index] = previous[index]! - previous[index - 1]!;
    }
    const sum = sumMagnitudes(residual, order);
    if (sum < leastSum) {
      leastSum = sum;
      best = { order, residual };
    }
    previous = residual;
  }
  return best;
}

function sumMagnitudes(residual: Int32Array, start: number): number {
  let sum = 0;
  for (let index = start; index < residual.length; index++) sum += Math.abs(residual[index]!);
  return sum;
}
