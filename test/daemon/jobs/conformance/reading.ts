// What can be asked of jobs, without changing them.
import { describe, expect, test } from 'vitest';
import type { JobState } from '../../../../src/api/job.ts';
import { makeJob, NOON } from '../samples.ts';
import { type Driver, ids } from './driver.ts';

export function describeReading(driver: Driver): void {
  const { submit, claim, start } = driver;
  describe('reading', () => {
    test('an unknown id is undefined everywhere', async () => {
      expect(await driver.store.get('nobody')).toBeUndefined();
      expect(await driver.store.getText('nobody')).toBeUndefined();
      expect(await driver.store.getQueuePosition('nobody')).toBeUndefined();
    });

    test('a clip is needed as long as a job that speaks with it is kept, whatever its state', async () => {
      const [clip, other] = ['a'.repeat(64), 'b'.repeat(64)];
      const speakers = { anna: { speaker: `clip:${clip}`, language: 'en' } };
      const job = await submit({ spec: { ...makeJob().spec, speakers } });
      await submit({ text: `"clip:${other}` });
      expect(await driver.store.isClipNeeded(clip)).toBe(true);
      expect(await driver.store.isClipNeeded(other)).toBe(false);
      await driver.store.cancel(job.id, NOON);
      expect(await driver.store.isClipNeeded(clip)).toBe(true);
      await driver.store.remove(job.id);
      expect(await driver.store.isClipNeeded(clip)).toBe(false);
    });

    test('lists newest first, page by page', async () => {
      const all = [await submit(), await submit(), await submit()];
      const first = await driver.store.list({ limit: 2 });
      expect(first).toEqual([all[2], all[1]]);
      expect(await driver.store.list({ limit: 2, beforeSeq: first[1]!.seq })).toEqual([all[0]]);
    });

    test('narrows a list by state, label and age', async () => {
      const old = await submit({ label: 'a' }, NOON - 10);
      const labelled = await submit({ label: 'a' });
      const other = await submit({ label: 'b' });
      await driver.store.cancel(other.id, NOON);
      expect(ids(await driver.store.list({ limit: 9, label: 'a' }))).toEqual([labelled.id, old.id]);
      expect(ids(await driver.store.list({ limit: 9, states: ['cancelled'] }))).toEqual([other.id]);
      expect(ids(await driver.store.list({ limit: 9, since: NOON }))).toEqual([other.id, labelled.id]);
      expect(ids(await driver.store.list({ limit: 9, since: NOON, label: 'a', states: ['queued'] }))).toEqual(
        [labelled.id],
      );
    });

    test('lists several states in one order, page by page', async () => {
      const states: JobState[] = ['queued', 'cancelled'];
      const all = [await submit(), await submit(), await submit(), await submit(), await submit()];
      for (const job of [all[1]!, all[3]!]) await driver.store.cancel(job.id, NOON);
      const running = (await claim())[0]!;
      expect(running.id).toBe(all[0]!.id);
      const first = await driver.store.list({ limit: 2, states });
      expect(ids(first)).toEqual(ids([all[4]!, all[3]!]));
      const next = await driver.store.list({ limit: 2, states, beforeSeq: first[1]!.seq });
      expect(ids(next)).toEqual(ids([all[2]!, all[1]!]));
    });

    test('finds jobs by words of their text or label, whatever the case, and by the beginning of an id', async () => {
      const long = `${'On and on. '.repeat(60)}The ferry\nLEFT at six.`;
      const inText = await submit({ text: long, textPreview: `${long.slice(0, 300)}…` });
      const inLabel = await submit({ label: 'Ferry left' });
      await submit({ text: 'The ferry came.' });
      const find = async (words: string) => ids((await driver.store.search({ words, limit: 9 })).jobs);
      expect(await find(' ferry  left ')).toEqual(ids([inLabel, inText]));
      expect(await find('ferry left at')).toEqual([inText.id]);
      expect(await find(inLabel.id.slice(0, 13).toUpperCase())).toEqual([inLabel.id]);
      expect(await find('nobody')).toEqual([]);
    });

    test('takes the words of a search for words, not for a pattern, in any script', async () => {
      const odd = await submit({ text: '100% of _it_ (really?) costs 5.50\\.' });
      await submit({ text: '1000 of xitx really costs 5950.' });
      const accent = await submit({ text: 'ПРИВЕТ, cafe\u0301!' });
      const find = async (words: string) => ids((await driver.store.search({ words, limit: 9 })).jobs);
      for (const words of ['100%', '_it_', '(really?)', '5.50\\'])
        expect(await find(words)).toEqual([odd.id]);
      for (const words of ['привет', 'CAFÉ', 'cafe\u0301']) expect(await find(words)).toEqual([accent.id]);
    });

    test('a search goes on from where it was broken off, and ends', async () => {
      const wanted = await submit({ text: 'needle' });
      const others = Array.from({ length: 1500 }, () => makeJob({ text: 'straw' }));
      await driver.store.submit(others, NOON);
      const last = await submit({ text: 'needle', label: 'a' });
      const search = { words: 'needle', limit: 9 };
      const first = await driver.store.search(search);
      expect(ids(first.jobs)).toEqual([last.id]);
      const second = await driver.store.search({ ...search, beforeSeq: first.searchedTo! });
      expect({ ...second, jobs: ids(second.jobs) }).toEqual({ jobs: [wanted.id], searchedTo: null });
      expect((await driver.store.search({ ...search, limit: 1 })).searchedTo).toBe(last.seq);
      expect(ids((await driver.store.search({ ...search, label: 'a' })).jobs)).toEqual([last.id]);
      expect(ids((await driver.store.search({ ...search, states: ['failed', 'queued'] })).jobs)).toEqual([
        last.id,
      ]);
    });

    test('counts what waits and what runs', async () => {
      expect(await driver.store.count()).toEqual({
        queued: { interactive: 0, batch: 0 },
        running: 0,
        queuedChars: 0,
      });
      await start({ text: 'running' });
      await submit({ text: 'four' });
      await submit({ text: 'sixsix', class: 'batch' });
      expect(await driver.store.count()).toEqual({
        queued: { interactive: 1, batch: 1 },
        running: 1,
        queuedChars: 10,
      });
    });

    test('an overview: all that runs, what is claimed next with submitters taking turns, what ended last', async () => {
      const { store } = driver;
      const ended = [await driver.complete({ now: NOON + 2 }), await driver.complete({ now: NOON + 1 })];
      const running = await start({ submitter: 'a' });
      const batch = await submit({ class: 'batch', submitter: 'a' });
      const later = await submit({ submitter: 'b', notBefore: NOON + 10 });
      const a = [await submit({ submitter: 'a' }), await submit({ submitter: 'a' })];
      const b = [await submit({ submitter: 'b' }), await submit({ submitter: 'b' })];
      const urgent = await submit({ submitter: 'b', priority: 1 });
      const all = await store.getOverview({ queued: 9, ended: 9 });
      expect(all.counts).toMatchObject({ queued: { interactive: 6, batch: 1 }, running: 1 });
      expect(ids(all.running)).toEqual([running.id]);
      expect(ids(all.queued)).toEqual(ids([urgent, a[0]!, b[0]!, a[1]!, b[1]!, batch, later]));
      expect(ids(all.ended)).toEqual(ended);
      const some = await store.getOverview({ queued: 3, ended: 1 });
      expect(ids(some.queued)).toEqual(ids([urgent, a[0]!, b[0]!]));
      expect(ids(some.ended)).toEqual(ended.slice(0, 1));
    });

    test('knows since when the oldest waits whose time has come, in each class', async () => {
      const { store } = driver;
      expect(await store.getOldestQueued(NOON)).toEqual({ interactive: null, batch: null });
      const oldest = await submit({ priority: -9 }, NOON - 50);
      await submit({ priority: 9 }, NOON - 20);
      await submit({ class: 'batch', notBefore: NOON + 10 }, NOON - 30);
      expect(await store.getOldestQueued(NOON)).toEqual({ interactive: NOON - 50, batch: null });
      expect(await store.getOldestQueued(NOON + 10)).toEqual({ interactive: NOON - 50, batch: NOON - 30 });
      await store.cancel(oldest.id, NOON);
      expect(await store.getOldestQueued(NOON)).toEqual({ interactive: NOON - 20, batch: null });
    });

    test('a queue position is the place in the order of claiming, within the class', async () => {
      const low = await submit({ priority: -1 });
      const first = await submit();
      const second = await submit();
      const high = await submit({ priority: 100 });
      const batch = await submit({ class: 'batch' });
      const positions = [high, first, second, low, batch].map(({ id }) => driver.store.getQueuePosition(id));
      expect(await Promise.all(positions)).toEqual([1, 2, 3, 4, 1]);
      expect(ids(await claim({ limit: 9 }))).toEqual(ids([high, first, second, low]));
      expect(await driver.store.getQueuePosition(high.id)).toBeUndefined();
    });

    test('queue positions are right at both ends of a long queue, also of jobs that came late or went back', async () => {
      const returned = await start({ priority: -5 });
      for (let count = 0; count < 40; count++) await submit({ priority: [0, 0, 0, 7, -7][count % 5]! });
      await driver.store.release({ id: returned.id, attempt: returned.attempt });
      const queued = await driver.store.list({ limit: 99, states: ['queued'] });
      const positions = new Map<string, number | undefined>();
      for (const { id } of queued) positions.set(id, await driver.store.getQueuePosition(id));
      const order = ids(await claim({ limit: 99 }));
      expect(order[0]).toBe(returned.id);
      expect(order.map((id) => positions.get(id))).toEqual(order.map((_, index) => index + 1));
    });
  });
}
