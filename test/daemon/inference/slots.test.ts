import { expect, test } from 'vitest';
import { Slots } from '../../../src/daemon/inference/slots.ts';

test('lets so many in, and the next in order of arrival as one leaves', async () => {
  const slots = new Slots(2);
  const order: string[] = [];
  const first = await slots.take();
  const second = await slots.take();
  const third = slots.take().then((slot) => {
    order.push('third');
    return slot;
  });
  const fourth = slots.take().then(() => order.push('fourth'));
  expect(order).toEqual([]);
  second[Symbol.dispose]();
  const slot = await third;
  expect(order).toEqual(['third']);
  slot[Symbol.dispose]();
  first[Symbol.dispose]();
  await fourth;
  expect(order).toEqual(['third', 'fourth']);
});
