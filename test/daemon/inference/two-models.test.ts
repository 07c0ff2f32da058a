// Two models, and room for one or both: the real loop, store and engine hosts, the embedded model under two ids.
import { expect, test } from 'vitest';
import { openLoop } from '../../helpers/loop.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';

test.each([
  { what: 'room for one', room: { maxUp: 1 }, fit: 1 },
  { what: 'room for two', room: { maxUp: 2 }, fit: 2 },
  { what: 'memory for one', room: { maxUp: 2, maxUpBytes: 1 }, fit: 1 },
])('jobs of two models both end where there is $what', async ({ room, fit }) => {
  const { store, submit, countUp } = await openLoop({ ids: ['hibari', 'twin'], ...room });
  const add = (model: string, chars: number) => submit({ class: 'batch', text: makeProse(chars) }, model);
  const ids = [await add('hibari', 1500), await add('twin', 1500), await add('hibari', 300)];
  let mostUp = 0;
  await waitFor('all jobs to be completed', async () => {
    mostUp = Math.max(mostUp, countUp());
    const jobs = await Promise.all(ids.map((id) => store.get(id)));
    expect(jobs.map((job) => job!.state)).not.toContain('failed');
    return jobs.every((job) => job!.state === 'completed');
  });
  expect(mostUp).toBe(fit);
});
