import { expect, test } from 'vitest';
import { nameProcessor } from '../../../src/engine/model/processor.ts';

const NAME = 'Intel(R) Xeon(R) Processor';
const X64 = `processor\t: 0\nmodel name\t: ${NAME}\nflags\t\t: fpu sse2 avx avx2 fma avx512f avx512_vnni\nbugs\t\t: spectre_v1\n`;

test('two processors of one name that can do different things are told apart', () => {
  const wide = nameProcessor('x64', NAME, X64);
  const narrow = nameProcessor('x64', NAME, X64.replace(' avx512f avx512_vnni', ''));
  expect([wide, narrow]).toEqual([
    `x64 ${NAME} avx avx2 fma avx512f avx512_vnni`,
    `x64 ${NAME} avx avx2 fma`,
  ]);
});

test('what has nothing to do with arithmetic does not make another processor of it', () => {
  expect(nameProcessor('x64', NAME, X64.replace('fpu', 'fpu ibrs_enhanced'))).toBe(
    nameProcessor('x64', NAME, X64),
  );
});

test('on ARM the features stand under another word, and without the file the name has to do', () => {
  expect(nameProcessor('arm64', 'Neoverse-N1', 'Features\t: fp asimd aes asimdhp asimddp\n')).toBe(
    'arm64 Neoverse-N1 asimd asimdhp asimddp',
  );
  expect(nameProcessor('arm64', 'Apple M1', '')).toBe('arm64 Apple M1');
});
