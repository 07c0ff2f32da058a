import { expect, test } from 'vitest';
import { splitClauses } from '../../../../src/engine/text/espeak/clauses.ts';

test.each([
  ['Hello there, my friend. How are you?', ['Hello there,', 'my friend.', 'How are you?']],
  ['It costs 1,000.50 at 7:15.', ['It costs 1,000.50 at 7:15.']],
  ['Dr. Smith met Mr. Jones; they left.', ['Dr. Smith met Mr. Jones;', 'they left.']],
  ['Really?! “Yes,” he said…', ['Really?', '“Yes,', 'he said.']],
  ['He ran—fast – and - alas - fell', ['He ran,', 'fast,', 'and,', 'alas,', 'fell']],
  ['well-known e-mail', ['well-known e-mail']],
  ['你好，世界。再见', ['你好,', '世界.', '再见']],
  ['नमस्ते। फिर मिलेंगे', ['नमस्ते.', 'फिर मिलेंगे']],
  ['¿Qué tal? ¡Hola!', ['¿Qué tal?', '¡Hola!']],
  ['... , !', []],
  ['', []],
])('%j is cut where a voice would pause', (text, expected) => {
  const clauses = splitClauses(text).map(({ start, end, mark }) => text.slice(start, end).trim() + mark);
  expect(clauses).toEqual(expected);
});
