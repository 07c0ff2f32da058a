import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { loadEnglishData } from '../../../../src/engine/text/english/load-data.ts';

it('english.pack holds what the lexicons and the tagger of the model hold', async () => {
  const { lexicon, tagger } = await loadEnglishData('models/hibari');
  const gold = readJson('lexicon_us_gold.json.gz') as Record<string, unknown>;
  const silver = readJson('lexicon_us_silver.json.gz') as Record<string, unknown>;
  const model = readJson('tagger.json.gz') as {
    tags: string[];
    tagdict: Record<string, string>;
    weights: Record<string, Record<string, number>>;
  };
  const differing = [
    ...Object.entries(gold).filter(([word, entry]) => !isSame(lexicon.gold.get(word), entry)),
    ...Object.entries(silver).filter(([word, entry]) => !isSame(lexicon.silver.get(word), entry)),
    ...Object.entries(model.tagdict).filter(([word, tag]) => tagger.fixed.get(word) !== tag),
  ];
  expect(differing).toEqual([]);
  const scores = new Int32Array(model.tags.length);
  tagger.addWeights('w=produced', scores);
  expect(
    Object.fromEntries(tagger.tags.map((tag, i) => [tag, scores[i]! / 10]).filter(([, s]) => s !== 0)),
  ).toEqual(model.weights['w=produced']);
  expect(lexicon.gold.get('no such word')).toBeUndefined();
});

function readJson(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(`models/hibari/${name}`)).toString('utf8'));
}

function isSame(a: unknown, b: unknown): boolean {
  return typeof b === 'string' ? a === b : JSON.stringify(a) === JSON.stringify(b);
}
