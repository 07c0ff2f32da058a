// The table of text in `embed_tokens`, read out of its file: guidance needs the prompt without its text, which the graph cannot make.
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Constant, ELEMENT, findExternal, type Graph, readValues } from '../../model/graph/onnx.ts';

/** Rows of the other tables of the same width: positions of text, positions of speech, speech. */
const OTHER_TABLES: readonly number[] = [2050, 4100, 8194];

/** Answers the values of one id; its array is used again. */
export type TextTable = (id: number) => Float32Array;

/** Undefined where the export keeps the table in a form that cannot be read. */
export async function openTextTable(
  graph: Graph,
  { path, width }: { path: string; width: number },
): Promise<TextTable | undefined> {
  const table = [...graph.constants.values()].find(
    ({ type, dims }) =>
      (type === ELEMENT.float || type === ELEMENT.half) &&
      dims.length === 2 &&
      dims[1] === width &&
      !OTHER_TABLES.includes(dims[0]!),
  );
  if (table === undefined) return undefined;
  const values = await readTable(table, path);
  const row = new Float32Array(width);
  return (id) => {
    for (let i = 0; i < width; i++) row[i] = values[id * width + i]!;
    return row;
  };
}

async function readTable(table: Constant, path: string): Promise<ArrayLike<number>> {
  const external = findExternal(table);
  if (external === undefined) return readValues(table);
  const isHalf = table.type === ELEMENT.half;
  const count = table.dims.reduce((product, size) => product * size, 1);
  const bytes = new Uint8Array(count * (isHalf ? 2 : 4));
  const file = await open(join(dirname(path), external.location));
  try {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, external.offset);
    if (bytesRead < bytes.length)
      throw new Error(`${path} names more weights than ${external.location} has. Reinstall the model.`);
  } finally {
    await file.close();
  }
  return isHalf ? widen(new Uint16Array(bytes.buffer)) : new Float32Array(bytes.buffer);
}

/** 16-bit floats as 32-bit ones. */
function widen(words: Uint16Array): Float32Array {
  return Float32Array.from(words, (word) => {
    const sign = word & 0x8000 ? -1 : 1;
    const exponent = (word >> 10) & 0x1f;
    const fraction = word & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
