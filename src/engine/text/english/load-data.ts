// Reads the tables of the English front end from a model folder. english.pack is made by scripts/pack-english.ts.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LexiconEntry, LexiconTable, LexiconTables } from './lexicon.ts';
import type { NormaliseTables } from './normalise/tables.ts';
import { PackedTable } from './packed-table.ts';
import type { TaggerModel } from './tag.ts';
import type { TokenExceptions } from './tokenise.ts';

export interface EnglishData {
  lexicon: LexiconTables;
  tagger: TaggerModel;
  exceptions: TokenExceptions;
  normalise: NormaliseTables;
  /** The model's alphabet. */
  phonemes: ReadonlySet<string>;
}

interface PackHeader {
  tags: string[];
  tables: Record<'gold' | 'silver' | 'fixedTags' | 'vocabulary' | 'weights', [number, number]>;
}

/** Throws naming the file where one is missing or is not JSON. */
export async function loadEnglishData(modelDir: string): Promise<EnglishData> {
  const [pack, exceptions, normalise, vocabulary] = await Promise.all([
    readFile(join(modelDir, 'english.pack')),
    readJson(modelDir, 'tokenizer_exceptions.json'),
    readJson(modelDir, 'normalize.json'),
    readJson(modelDir, 'vocab.json'),
  ]);
  const tablesStart = 4 + pack.readUInt32LE(0);
  const { tags, tables } = JSON.parse(pack.toString('utf8', 4, tablesStart)) as PackHeader;
  const open = ([start, end]: [number, number]): PackedTable =>
    new PackedTable(pack.subarray(tablesStart + start, tablesStart + end));
  const fixed = open(tables.fixedTags);
  return {
    lexicon: { gold: readEntries(open(tables.gold)), silver: readEntries(open(tables.silver)) },
    tagger: {
      tags,
      fixed: { get: (word) => fixed.getText(word) },
      vocabulary: open(tables.vocabulary),
      addWeights: makeWeights(open(tables.weights)),
    },
    exceptions: new Map(Object.entries(exceptions as Record<string, string[]>)),
    normalise: normalise as NormaliseTables,
    phonemes: new Set(Object.keys(vocabulary as Record<string, number>)),
  };
}

function readEntries(table: PackedTable): LexiconTable {
  return {
    has: (word) => table.has(word),
    get(word) {
      const text = table.getText(word);
      return text?.startsWith('{') ? (JSON.parse(text) as LexiconEntry) : text;
    },
  };
}

function makeWeights(table: PackedTable): TaggerModel['addWeights'] {
  return (feature, scores) => {
    const found = table.find(feature);
    if (!found) return;
    for (let i = found.start; i < found.end; i += 3)
      scores[found.bytes[i]!]! += found.bytes.readInt16LE(i + 1);
  };
}

async function readJson(modelDir: string, name: string): Promise<unknown> {
  const path = join(modelDir, name);
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not valid JSON; install the model again.`, { cause });
  }
}
