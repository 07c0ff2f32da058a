// Kokoro's speakers: a table of styles each, one row for each number of phonemes; a blend is the weighted mean of tables.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { parseBlend } from '../../voice/blend.ts';

export const STYLE_VALUES = 256;
export const STYLE_ROWS = 510;

export interface Styles {
  /** The style in which `speaker`, or a blend such as `af_heart*0.6+af_bella*0.4`, says `phonemes` phonemes, 1 to 510. */
  find(speaker: string, phonemes: number): Promise<Float32Array>;
}

/**
 * Reads tables when they are first asked for: `voices/NAME.bin` or `voices/NAME.npy` of the model's folder, or all from one
 * `voices*.npz` or `voices*.bin` in it.
 */
export function openStyles(modelDir: string, known: ReadonlySet<string>): Styles {
  const tables = new Map<string, Promise<Float32Array>>();

  function load(speaker: string): Promise<Float32Array> {
    if (!known.has(speaker)) throw new Error(`The model in ${modelDir} has no speaker ${speaker}`);
    let table = tables.get(speaker);
    if (table === undefined) {
      table = readTable(modelDir, speaker);
      table.catch(() => tables.delete(speaker));
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
        const start = Math.min(row * STYLE_VALUES, table.length - STYLE_VALUES);
        for (let i = 0; i < STYLE_VALUES; i++) style[i]! += weight * table[start + i]!;
      }
      return style;
    },
  };
}

async function readTable(modelDir: string, speaker: string): Promise<Float32Array> {
  const raw = join(modelDir, 'voices', `${speaker}.bin`);
  const bytes = await readIfThere(raw);
  if (bytes !== undefined) return checkTable(bytes, raw);
  const array = join(modelDir, 'voices', `${speaker}.npy`);
  const numpy = await readIfThere(array);
  if (numpy !== undefined) return checkTable(takeValues(numpy, array), array);
  const names = await readdir(modelDir);
  const archive = names.find((name) => /^voices.*\.(?:npz|bin)$/.test(name));
  if (archive === undefined)
    throw new Error(`${modelDir} has no voices/${speaker}.bin and no voices.npz. Reinstall the model.`);
  const path = join(modelDir, archive);
  const entry = unzip(await readFile(path), `${speaker}.npy`, path);
  return checkTable(takeValues(entry, `${path}: ${speaker}`), `${path}: ${speaker}`);
}

function unzip(content: Uint8Array, wanted: string, path: string): Uint8Array {
  let found: Uint8Array | undefined;
  try {
    found = unzipSync(content, { filter: ({ name }) => name === wanted })[wanted];
  } catch (cause) {
    throw new Error(`${path} is no archive of voices. Reinstall the model.`, { cause });
  }
  if (found === undefined) throw new Error(`${path} has no ${wanted}. Reinstall the model.`);
  return found;
}

/** The values of an array that NumPy saved: a header that says what they are, then the values. */
function takeValues(file: Uint8Array, path: string): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isNumpy = file.length > 12 && Buffer.from(file.subarray(0, 6)).toString('latin1') === '\x93NUMPY';
  if (!isNumpy) throw new Error(`${path} is no NumPy array. Reinstall the model.`);
  const isLong = file[6]! > 1;
  const start = isLong ? 12 : 10;
  const end = start + (isLong ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = Buffer.from(file.subarray(start, Math.min(end, file.length))).toString('latin1');
  if (!/'descr':\s*'<f4'/.test(header) || !/'fortran_order':\s*False/.test(header))
    throw new Error(
      `${path} must hold 32-bit floats in rows, and its header says ${header.trim().slice(0, 100)}`,
    );
  return file.subarray(end);
}

function checkTable(bytes: Uint8Array, path: string): Float32Array {
  const rowBytes = STYLE_VALUES * Float32Array.BYTES_PER_ELEMENT;
  // Voices made by others may have 511 rows, and those of fine-tuning fewer.
  if (bytes.length === 0 || bytes.length % rowBytes !== 0)
    throw new Error(
      `${path} has ${bytes.length} bytes of styles, expected a multiple of ${rowBytes}, best ${STYLE_ROWS * rowBytes}. Reinstall the model.`,
    );
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
