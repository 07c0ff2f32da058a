import { expect, test } from 'vitest';
import { parseBlend } from '../../../src/engine/voice/blend.ts';

test.each([
  ['af_heart', [['af_heart', 1]]],
  [
    'a*0.6+b*0.4',
    [
      ['a', 0.6],
      ['b', 0.4],
    ],
  ],
  [
    'a + b*3',
    [
      ['a', 0.25],
      ['b', 0.75],
    ],
  ],
  [
    'a*.5+b*.5',
    [
      ['a', 0.5],
      ['b', 0.5],
    ],
  ],
])('%s', (text, expected) => {
  const parts = parseBlend(text);
  expect(parts.map(({ name }) => name)).toEqual(expected.map(([name]) => name));
  for (const [i, { weight }] of parts.entries()) expect(weight).toBeCloseTo(expected[i]![1] as number, 9);
});

test.each(['', '+', 'a+', 'a*', 'a*0', 'a*-1', 'a*x', 'a*1*2', '*0.5', 'a*1e3', 'a*NaN'])(
  '%j is refused',
  (text) => {
    expect(() => parseBlend(text)).toThrow('is no part of a blend');
  },
);
