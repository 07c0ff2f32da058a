// Reads the tables of the English front end from a model folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LexiconEntry, LexiconTable, LexiconTables } from './lexicon.ts';
import type { TaggerModel } from './tag.ts';
import type { TokenExceptions } from './tokenise.ts';

function readJson(path: string): unknown {
  const bytes = readFileSync(path);
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
}

export function loadLexicon(modelDir: string): LexiconTables {
  const load = (name: string): LexiconTable =>
    new Map(Object.entries(readJson(join(modelDir, name)) as Record<string, LexiconEntry>));
  return { gold: load('lexicon_us_gold.json.gz'), silver: load('lexicon_us_silver.json.gz') };
}

export function loadExceptions(modelDir: string): TokenExceptions {
  return new Map(
    Object.entries(readJson(join(modelDir, 'tokenizer_exceptions.json')) as Record<string, string[]>),
  );
}

export function loadTagger(modelDir: string): TaggerModel {
  const raw = readJson(join(modelDir, 'tagger.json.gz')) as {
    tags: string[];
    tagdict: Record<string, string>;
    vocab: string[];
    weights: Record<string, Record<string, number>>;
  };
  const tagIndex = new Map(raw.tags.map((tag, i) => [tag, i]));
  return {
    tags: raw.tags,
    fixed: new Map(Object.entries(raw.tagdict)),
    vocabulary: new Set(raw.vocab),
    addWeights(feature, scores) {
      const weights = raw.weights[feature];
      if (!weights) return;
      for (const tag in weights) scores[tagIndex.get(tag)!]! += Math.round(weights[tag]! * 10);
    },
  };
}
