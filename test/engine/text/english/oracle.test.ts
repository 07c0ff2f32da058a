import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEnglishPhonemizer } from '../../../../src/engine/text/english/phonemize.ts';
import type { Phonemizer } from '../../../../src/engine/text/phonemizer.ts';

const largestErrorRate = 0.015;
const pairs = readFileSync('test/fixtures/g2p/sentences.tsv', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [sentence: string, phonemes: string]);

let phonemizer: Phonemizer;
beforeAll(async () => {
  phonemizer = await openEnglishPhonemizer('models/hibari');
});
afterAll(() => phonemizer.close());

describe('phonemes of prose', () => {
  it.each([
    ['the sentences it was developed on', 0],
    ['sentences held out from development', 1],
  ])('differ little from the oracle on %s', async (name, parity) => {
    let errors = 0;
    let length = 0;
    for (const [i, [sentence, expected]] of pairs.entries()) {
      if (i % 2 !== parity) continue;
      const { phonemes } = await phonemizer.phonemize(sentence);
      errors += countEdits(phonemes, expected);
      length += expected.length;
    }
    const rate = errors / length;
    console.info(`phoneme error rate, ${name}: ${(rate * 100).toFixed(3)} % of ${length}`);
    expect(length).toBeGreaterThan(10_000);
    expect(rate).toBeLessThanOrEqual(largestErrorRate);
  });
});

/** Levenshtein distance. */
function countEdits(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++)
      current.push(
        Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    previous = current;
  }
  return previous[b.length]!;
}
