import { expect, test } from 'vitest';
import { VOCABULARY } from '../../../../src/engine/engines/kokoro/vocabulary.ts';

test('there are 114 phonemes, each with its own id', () => {
  expect(VOCABULARY.size).toBe(114);
  expect(new Set(VOCABULARY.values()).size).toBe(114);
});

test.each([
  [' ', 16],
  ['A', 24],
  ['Y', 41],
  ['f', 48],
  ['z', 68],
  ['æ', 72],
  ['ə', 83],
  ['ɜ', 87],
  ['ŋ', 112],
  ['ø', 116],
  ['œ', 120],
  ['ʧ', 133],
  ['ʌ', 138],
  ['ɤ', 140],
  ['ʎ', 143],
  ['ʔ', 148],
  ['ː', 158],
  ['↘', 173],
  ['ᵻ', 177],
])('%s is %i', (phoneme, id) => {
  expect(VOCABULARY.get(phoneme)).toBe(id);
});
