// Packs the tables of the English front end in a model folder (lexicons, tagger) into english.pack, which opens without parsing.
// Run after the tables change: node scripts/pack-english.ts models/hibari
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hashKey } from '../src/engine/text/english/packed-table.ts';

interface RawTagger {
  tags: string[];
  tagdict: Record<string, string>;
  vocab: string[];
  weights: Record<string, Record<string, number>>;
}

const modelDir = process.argv[2] ?? 'models/hibari';
const tagger = readJson('tagger.json.gz') as RawTagger;
const tables: Record<string, Buffer> = {
  gold: packTable(readJson('lexicon_us_gold.json.gz') as Record<string, unknown>, packPronunciation),
  silver: packTable(readJson('lexicon_us_silver.json.gz') as Record<string, unknown>, packPronunciation),
  fixedTags: packTable(tagger.tagdict, (tag) => Buffer.from(tag)),
  vocabulary: packTable(Object.fromEntries(tagger.vocab.map((word) => [word, ''])), () => Buffer.alloc(0)),
  weights: packTable(tagger.weights, packWeights),
};
writeFileSync(join(modelDir, 'english.pack'), packFile(tables, tagger.tags));

function readJson(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(join(modelDir, name))).toString('utf8'));
}

function packPronunciation(entry: unknown): Buffer {
  return Buffer.from(typeof entry === 'string' ? entry : JSON.stringify(entry));
}

/** Per tag: u8 index, i16 tenths. */
function packWeights(weights: Record<string, number>): Buffer {
  const bytes = Buffer.alloc(Object.keys(weights).length * 3);
  let offset = 0;
  for (const [tag, weight] of Object.entries(weights)) {
    bytes.writeUInt8(tagger.tags.indexOf(tag), offset);
    bytes.writeInt16LE(Math.round(weight * 10), offset + 1);
    offset += 3;
  }
  return bytes;
}

function packTable<V>(entries: Record<string, V>, packValue: (value: V) => Buffer): Buffer {
  const keys = Object.keys(entries);
  const slots = 2 ** Math.ceil(Math.log2(keys.length * 1.4));
  const index = Buffer.alloc(4 + slots * 4);
  index.writeUInt32LE(slots, 0);
  const parts: Buffer[] = [index];
  let offset = index.length;
  for (const key of keys) {
    const keyBytes = Buffer.from(key);
    const value = packValue(entries[key]!);
    const lengths = Buffer.alloc(4);
    lengths.writeUInt16LE(keyBytes.length, 0);
    lengths.writeUInt16LE(value.length, 2);
    let slot = hashKey(keyBytes, keyBytes.length) & (slots - 1);
    while (index.readUInt32LE(4 + slot * 4) !== 0) slot = (slot + 1) & (slots - 1);
    index.writeUInt32LE(offset, 4 + slot * 4);
    parts.push(lengths, keyBytes, value);
    offset += 4 + keyBytes.length + value.length;
  }
  return Buffer.concat(parts);
}

/** u32 length of the header, header (JSON: tags, and byte range of each table), tables. */
function packFile(tables: Record<string, Buffer>, tags: readonly string[]): Buffer {
  let offset = 0;
  const ranges = Object.entries(tables).map(([name, bytes]) => {
    offset += bytes.length;
    return [name, [offset - bytes.length, offset]] as const;
  });
  const header = Buffer.from(JSON.stringify({ tags, tables: Object.fromEntries(ranges) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length, 0);
  return Buffer.concat([length, header, ...Object.values(tables)]);
}
