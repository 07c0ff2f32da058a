// A host is told what comes after the chunk that it is given, so that it can be read meanwhile.
import { expect, test } from 'vitest';
import type { ChunkInput } from '../../../src/engine/engine.ts';
import { openLoop } from '../../helpers/loop.ts';
import { waitFor } from '../../helpers/wait-for.ts';

test('each chunk brings the text of the next one in the same voice, and the last one none', async () => {
  const given: ChunkInput[] = [];
  const { store, submit } = await openLoop({
    wrap(options) {
      for (const { host } of options.models.values()) {
        const synthesize = host.synthesize.bind(host);
        host.synthesize = (id, input, ...rest) => {
          given.push(input);
          return synthesize(id, input, ...rest);
        };
      }
      return options;
    },
  });
  const say = (what: string) =>
    `Somebody had left ${what} leaning against the garden wall, and nobody knew whose.`;
  const text = `${say('a bicycle')} ${say('a ladder')} [voice:Hazel] This is another. [/voice] ${say('a spade')}`;
  const id = await submit({ text });
  await waitFor('the job to complete', async () => (await store.get(id))!.state === 'completed');
  expect(given.length).toBeGreaterThan(2);
  for (const [i, { speaker, nextText }] of given.entries()) {
    const next = given[i + 1];
    expect(nextText).toBe(next?.speaker === speaker ? next.text : undefined);
  }
  expect(given.some(({ nextText }) => nextText !== undefined)).toBe(true);
  expect(new Set(given.map(({ speaker }) => speaker)).size).toBe(2);
});
