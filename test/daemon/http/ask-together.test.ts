import { expect, test } from 'vitest';
import { AskTogether } from '../../../src/daemon/http/ask-together.ts';

test('who asks the same within a moment gets the same answer, until it is forgotten', async () => {
  const together = new AskTogether<number>(60_000);
  let asked = 0;
  const ask = async () => ++asked;
  expect(await Promise.all([together.get('a', ask), together.get('a', ask), together.get('b', ask)])).toEqual(
    [1, 1, 2],
  );
  expect(await together.get('a', ask)).toBe(1);
  together.forget('a');
  expect(await together.get('a', ask)).toBe(3);
  expect(await together.get('b', ask)).toBe(2);
  together.forgetAll();
  expect(await together.get('b', ask)).toBe(4);
});

test('an answer that was forgotten while it was on the way is not given to who asks later', async () => {
  const together = new AskTogether<string>(60_000);
  const first = Promise.withResolvers<string>();
  const early = together.get('job', () => first.promise);
  together.forget('job');
  expect(await together.get('job', async () => 'new')).toBe('new');
  first.resolve('old');
  expect(await early).toBe('old');
  expect(await together.get('job', async () => 'newer')).toBe('new');
});
