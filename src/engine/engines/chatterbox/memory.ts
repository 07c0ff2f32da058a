// What the language model remembers of prompt and speech: keys and values of every layer, each in one array with room for more behind
// what is there.
import { makeHalfTensor, Tensor } from '../../model/session.ts';
import { nameFresh, nameKept } from './keep-outside.ts';
import type { Layout } from './layout.ts';

type Values = Float32Array | Uint16Array;

/** Room for so many positions more is made at a time, for 10 s of speech. */
const SPARE = 256;

export interface Memory {
  /** Positions that are remembered. */
  readonly length: number;
  /** The inputs of the next run. */
  feeds(): Record<string, Tensor>;
  /** Takes what a run added. */
  add(outputs: Readonly<Record<string, Tensor>>): void;
}

/** For `rows` texts side by side. */
export function createMemory({ layers, heads, headSize, isHalf }: Layout, rows: number): Memory {
  const blocks = rows * heads;
  const make = (size: number): Values => (isHalf ? new Uint16Array(size) : new Float32Array(size));
  const caches = Array.from({ length: layers }, (_, layer) =>
    (['key', 'value'] as const).map((kind) => ({
      input: nameKept(layer, kind),
      output: nameFresh(layer, kind),
      values: make(0),
    })),
  ).flat();
  let length = 0;
  let room = 0;

  function makeRoom(positions: number): void {
    for (const cache of caches) {
      const larger = make(blocks * positions * headSize);
      const [from, to] = [room * headSize, positions * headSize];
      for (let block = 0; block < blocks; block++)
        larger.set(cache.values.subarray(block * from, block * from + length * headSize), block * to);
      cache.values = larger;
    }
    room = positions;
  }

  return {
    get length() {
      return length;
    },
    feeds() {
      const dims = [rows, heads, room, headSize];
      const feeds: Record<string, Tensor> = {};
      for (const { input, values } of caches)
        feeds[input] =
          values instanceof Uint16Array ? makeHalfTensor(values, dims) : new Tensor('float32', values, dims);
      return feeds;
    },
    add(outputs) {
      const added = outputs[caches[0]!.output]!.dims[2]!;
      if (length + added > room) makeRoom(length + added + SPARE);
      for (const { output, values } of caches) {
        const fresh = toWords(outputs[output]!.data as ArrayBufferView);
        for (let block = 0; block < blocks; block++)
          values.set(
            fresh.subarray(block * added * headSize, (block + 1) * added * headSize),
            (block * room + length) * headSize,
          );
      }
      length += added;
    },
  };
}

/** 16-bit floats come as an array that not every platform has: their words are what is kept. */
function toWords(data: ArrayBufferView): Values {
  if (data instanceof Float32Array || data instanceof Uint16Array) return data;
  return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
}
