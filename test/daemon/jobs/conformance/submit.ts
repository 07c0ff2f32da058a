// Acceptance: all or none, in order, and the same key names the same job.
import { describe, expect, test } from 'vitest';
import { makeJob, NOON } from '../samples.ts';
import { type Driver, ids } from './driver.ts';

export function describeSubmit(driver: Driver): void {
  const { submit } = driver;
  describe('submit', () => {
    test('answers the job as it will be read back', async () => {
      const wanted = makeJob({
        label: 'a book',
        priority: -7,
        class: 'batch',
        warnings: ['voice mapped'],
        notBefore: NOON + 5,
      });
      const [submitted] = await driver.store.submit([wanted], NOON);
      const { text, idempotency: _, ...kept } = wanted;
      expect(submitted).toEqual({
        existing: false,
        job: {
          ...kept,
          state: 'queued',
          seq: expect.any(Number),
          textChars: text.length,
          createdAt: NOON,
          attempt: 0,
          crashes: 0,
          progress: { doneChars: 0, doneChunks: 0, totalChunks: 0 },
        },
      });
      expect(await driver.store.get(wanted.id)).toEqual(submitted!.job);
    });

    test.each([
      ['no text', ''],
      ['NUL', 'a\0b'],
      ['many scripts', 'naïve café 日本語 🙂'],
      ['right to left', '\u202ertl'],
      ['line ends', 'line\r\nline'],
      ['a million characters', 'x'.repeat(1_000_000)],
    ])('keeps every character of %s', async (_, text) => {
      const { id, textChars } = await submit({ text, textPreview: '' });
      expect(await driver.store.getText(id)).toBe(text);
      expect(textChars).toBe(text.length);
    });

    test('keeps several in order, with growing numbers', async () => {
      const wanted = [makeJob(), makeJob(), makeJob()];
      const submitted = await driver.store.submit(wanted, NOON);
      expect(ids(submitted.map(({ job }) => job))).toEqual(ids(wanted));
      const numbers = submitted.map(({ job }) => job.seq);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(new Set(numbers).size).toBe(3);
    });

    test('never gives a number twice, even when the newest job was forgotten', async () => {
      const { id, seq } = await submit();
      await driver.store.cancel(id, NOON);
      await driver.store.remove(id);
      expect((await submit()).seq).toBeGreaterThan(seq);
    });

    test('names the first job when an idempotency key comes again', async () => {
      const idempotency = { key: 'k', fingerprint: 'f' };
      const first = await submit({ idempotency });
      const [again] = await driver.store.submit([makeJob({ idempotency })], NOON + 1);
      expect(again).toEqual({ existing: true, job: first });
      expect(await driver.store.list({ limit: 9 })).toHaveLength(1);
    });

    test('sees a key twice within one call', async () => {
      const idempotency = { key: 'k', fingerprint: 'f' };
      const submitted = await driver.store.submit([makeJob({ idempotency }), makeJob({ idempotency })], NOON);
      expect(submitted.map(({ existing }) => existing)).toEqual([false, true]);
    });

    test('refuses a key with another fingerprint, and every job beside it', async () => {
      await submit({ idempotency: { key: 'k', fingerprint: 'f' } });
      const jobs = [makeJob(), makeJob({ idempotency: { key: 'k', fingerprint: 'g' } }), makeJob()];
      await expect(driver.store.submit(jobs, NOON)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
      expect(await driver.store.list({ limit: 9 })).toHaveLength(1);
    });

    test('a refused submit does not undo those sent in the same moment', async () => {
      await submit({ idempotency: { key: 'k', fingerprint: 'f' } });
      const good = [makeJob(), makeJob()];
      const settled = await Promise.allSettled([
        driver.store.submit([good[0]!], NOON),
        driver.store.submit([makeJob({ idempotency: { key: 'k', fingerprint: 'g' } })], NOON),
        driver.store.submit([good[1]!], NOON),
      ]);
      expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      for (const { id } of good) expect(await driver.store.get(id)).toBeDefined();
    });

    test('a key is free again when its job was forgotten', async () => {
      const idempotency = { key: 'k', fingerprint: 'f' };
      const { id } = await submit({ idempotency });
      await driver.store.cancel(id, NOON);
      await driver.store.remove(id);
      const [again] = await driver.store.submit(
        [makeJob({ idempotency: { key: 'k', fingerprint: 'g' } })],
        NOON,
      );
      expect(again!.existing).toBe(false);
    });
  });
}
