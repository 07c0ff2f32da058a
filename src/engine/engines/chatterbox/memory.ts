// What the language model remembers of prompt and speech: keys and values of every layer, each in one array that grows in place.
import { makeHalfTensor, Tensor } from '../../model/session.ts';
import type { Layout } from './layout.ts';
import { nameFresh } from './slim-outputs.ts';

type Values = Float32Array | Uint16Array;

export interface Memory {
  /** Positions that are remembered. */
  readonly length: number;
  /** The inputs of the next run. */
  feeds(): Record<string, Tensor>;
  /** Takes what a run added. */
  add(outputs: Readonly<Record<string, Tensor>>): void;
}

/** For `rows` texts side by side. `most`: positions it will hold at most; memory is only taken up as it fills. */
export function createMemory(
  { layers, heads, headSize, isHalf }: Layout,
  { rows, most }: { rows: number; most: number },
): Memory {
  const blocks = rows * heads;
  const caches = Array.from({ length: layers }, (_, layer) =>
    (['key', 'value'] as const).map((kind) => {
      const size = blocks * most * headSize;
      const values: Values = isHalf ? new Uint16Array(size) : new Float32Array(size);
      return { input: `past_key_values.${layer}.${kind}`, output: nameFresh(layer, kind), values };
    }),
  ).flat();
  let length = 0;

  return {
    get length() {
      return length;
    },
    feeds() {
      const dims = [rows, heads, length, headSize];
      return Object.fromEntries(
        caches.map(({ input, values }) => {
          const used = values.subarray(0, blocks * length * headSize);
          const tensor =
            used instanceof Uint16Array ? makeHalfTensor(used, dims) : new Tensor('float32', used, dims);
          return [input, tensor];
        }),
      );
    },
    add(outputs) {
      let added = 0;
      for (const { output, values } of caches) {
        const tensor = outputs[output]!;
        added = tensor.dims[2]!;
        spread(values, toWords(tensor.data as ArrayBufferView), {
          blocks,
          old: length * headSize,
          fresh: added * headSize,
        });
      }
      length += added;
    },
  };
}

/** Each block's new values go behind its old ones, from the last block on, so that nothing is lost on the way. */
function spread(
  values: Values,
  added: ArrayLike<number> & ArrayBufferView,
  { blocks, old, fresh }: { blocks: number; old: number; fresh: number },
): void {
  const source = added as Values;
  for (let block = blocks - 1; block >= 0; block--) {
    const start = block * (old + fresh);
    if (block > 0 && old > 0) values.copyWithin(start, block * old, (block + 1) * old);
    values.set(source.subarray(block * fresh, (block + 1) * fresh), start + old);
  }
}

/** 16-bit floats come as an array that not every platform has: their words are what is kept. */
function toWords(data: ArrayBufferView): Values {
  if (data instanceof Float32Array || data instanceof Uint16Array) return data;
  return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
}
