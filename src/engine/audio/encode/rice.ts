// The residual of a FLAC subframe (RFC 9639, 9.2.7): Rice codes, with a parameter for each of 2^n equal partitions.
import type { BitWriter } from './bit-writer.ts';

const MAX_PARTITION_ORDER = 6;
/** 15 would be the escape to plain binary. */
const MAX_PARAMETER = 14;

export interface RiceCode {
  partitionOrder: number;
  parameters: number[];
  /** Estimated length. */
  bits: number;
}

/** The partition order that comes out shortest. The first `order` numbers are warm-up and not counted. */
export function chooseRiceCode(residual: Int32Array, order: number): RiceCode {
  let best: RiceCode | undefined;
  for (let partitionOrder = 0; partitionOrder <= MAX_PARTITION_ORDER; partitionOrder++) {
    const partitionLength = residual.length / 2 ** partitionOrder;
    if (!Number.isInteger(partitionLength) || partitionLength <= order) break;
    const code: RiceCode = { partitionOrder, parameters: [], bits: 0 };
    for (let start = 0; start < residual.length; start += partitionLength) {
      const { parameter, bits } = chooseParameter(residual, Math.max(start, order), start + partitionLength);
      code.parameters.push(parameter);
      code.bits += bits + 4;
    }
    if (best === undefined || code.bits < best.bits) best = code;
  }
  return best!;
}

export function writeResidual(bits: BitWriter, residual: Int32Array, order: number, code: RiceCode): void {
  bits.write(0, 2); // parameters of 4 bits
  bits.write(code.partitionOrder, 4);
  const partitionLength = residual.length / 2 ** code.partitionOrder;
  for (const [partition, parameter] of code.parameters.entries()) {
    bits.write(parameter, 4);
    const end = (partition + 1) * partitionLength;
    for (let index = Math.max(partition * partitionLength, order); index < end; index++) {
      const folded = fold(residual[index]!);
      bits.writeUnary(folded >>> parameter);
      bits.write(folded, parameter);
    }
  }
}

/** From the mean: n numbers of sum s take about n (1 + k) + s / 2^k bits with parameter k. */
function chooseParameter(
  residual: Int32Array,
  start: number,
  end: number,
): { parameter: number; bits: number } {
  let sum = 0;
  for (let index = start; index < end; index++) sum += fold(residual[index]!);
  const count = end - start;
  let parameter = 0;
  while (parameter < MAX_PARAMETER && sum / 2 ** (parameter + 1) > count) parameter++;
  return { parameter, bits: count * (1 + parameter) + sum / 2 ** parameter };
}

/** 0, -1, 1, -2, 2 … as 0, 1, 2, 3, 4 … */
function fold(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}
