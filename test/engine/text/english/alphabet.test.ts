import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isPhoneme } from '../../../../src/engine/text/english/alphabet.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const phonemes = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(isPhoneme);

test('every phoneme that a user may write has a sound in the embedded voice', () => {
  const vocabulary = JSON.parse(readFileSync(join(ROOT, 'models', 'hibari', 'vocab.json'), 'utf8'));
  expect(phonemes.length).toBeGreaterThan(40);
  expect(phonemes.filter((phoneme) => !(phoneme in vocabulary))).toEqual([]);
});

test('docs/text.md names every phoneme that a user may write', () => {
  const page = readFileSync(join(ROOT, 'docs', 'text.md'), 'utf8');
  const named = new Set([...page.matchAll(/^\| `(.)` \|/gmu)].map((match) => match[1]));
  expect(phonemes.filter((phoneme) => phoneme !== ' ' && !named.has(phoneme))).toEqual([]);
  expect([...named].filter((phoneme) => !isPhoneme(phoneme!))).toEqual([]);
});
