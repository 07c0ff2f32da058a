// Kokoro's speakers: a table of styles each, one row for each number of phonemes; a blend is the weighted mean of tables.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBlend } from '../../voice/blend.ts';

export const STYLE_VALUES = 256;
export const STYLE_ROWS = 510;

export interface Styles {
  /** The style in which `speaker`, or a blend such as `af_heart*0.6+af_bella*0.4`, says `phonemes` phonemes, 1 to 510. */
  find(speaker: string, phonemes: number): Promise<Float32Array>;
}

/** Reads tables from `voices` of the model's folder when they are first asked for. */
export function openStyles(modelDir: string, known: ReadonlySet<string>): Styles {
  const tables = new Map<string, Promise<Float32Array>>();

  function load(speaker: string): Promise<Float32Array> {
    if (!known.has(speaker)) throw new Error(`The model in ${modelDir} has no speaker ${speaker}`);
    let table = tables.get(speaker);
    if (table === undefined) {
      table = readTable(join(modelDir, 'voices', `${speaker}.bin`));
      tables.set(speaker, table);
    }
    return table;
  }

  return {
    async find(speaker, phonemes) {
      const row = Math.min(phonemes, STYLE_ROWS) - 1;
      const style = new Float32Array(STYLE_VALUES);
      for (const { name, weight } of parseBlend(speaker)) {
        const table = await load(name);
        for (let i = 0; i < STYLE_VALUES; i++) style[i]! += weight * table[row * STYLE_VALUES + i]!;
      }
      return style;
    },
  };
}

async function readTable(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  const expected = STYLE_ROWS * STYLE_VALUES * Float32Array.BYTES_PER_ELEMENT;
  if (bytes.length !== expected)
    throw new Error(`${path} has ${bytes.length} bytes, expected ${expected}. Reinstall the model.`);
  return new Float32Array(new Uint8Array(bytes).buffer);
}
