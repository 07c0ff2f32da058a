import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { TtsError } from '../../../src/api/errors.ts';
import { makeDone, makeJob, NOON } from './samples.ts';
import { makeTempDir, openTempStore } from './temp-store.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

function mount(dir: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir], { stdio: 'pipe' });
}

function tryMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'ttsd-mount-'));
  try {
    mount(probe, 'size=64k');
    execFileSync('umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(probe);
  }
}

function makeSmallDisk(): string {
  const dir = makeTempDir();
  mount(dir, 'size=1m,mode=700');
  onTestFinished(() => {
    execFileSync('umount', [dir]);
  });
  return dir;
}

test.skipIf(!canMount)(
  'a full disk refuses new jobs only, and is forgotten when there is space again',
  async () => {
    const dataDir = makeSmallDisk();
    const ballast = join(dataDir, 'ballast');
    writeFileSync(ballast, Buffer.alloc(200_000));
    const store = await openTempStore(dataDir);
    const accepted: string[] = [];

    async function submitUntilRefused(): Promise<TtsError> {
      for (;;) {
        const job = makeJob({ text: 'x'.repeat(20_000) });
        try {
          await store.submit([job], NOON);
        } catch (error) {
          return error as TtsError;
        }
        accepted.push(job.id);
      }
    }

    const refusal = await submitUntilRefused();
    expect(refusal).toMatchObject({ code: 'disk_full', message: expect.stringContaining(dataDir) });
    expect(accepted.length).toBeGreaterThan(3);
    expect((await store.list({ limit: 1000 })).map(({ id }) => id).toReversed()).toEqual(accepted);
    expect(await store.getText(accepted.at(-1)!)).toHaveLength(20_000);

    rmSync(ballast);
    const before = accepted.length;
    await submitUntilRefused();
    expect(accepted.length).toBeGreaterThan(before);
    expect((await store.list({ limit: 1000 })).map(({ id }) => id).toReversed()).toEqual(accepted);
  },
);

test.skipIf(!canMount)(
  'of several jobs sent at once a full disk takes those that fit and names the reason to the others',
  async () => {
    const store = await openTempStore(makeSmallDisk());
    const texts = ['short', 'x'.repeat(900_000), 'short', 'x'.repeat(900_000)];
    const outcomes = await Promise.allSettled(texts.map((text) => store.submit([makeJob({ text })], NOON)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'disk_full' });
    expect(await store.list({ limit: 10 })).toHaveLength(2);
  },
);

test.skipIf(!canMount)('what a full disk refuses while a job completes leaves that job running', async () => {
  const dataDir = makeSmallDisk();
  const store = await openTempStore(dataDir);
  await store.submit([makeJob()], NOON);
  const [job] = await store.claim({
    class: 'interactive',
    owner: 'me',
    limit: 1,
    newcomerLimit: 0,
    now: NOON,
  });
  const ballast = join(dataDir, 'ballast');
  expect(() => writeFileSync(ballast, Buffer.alloc(2_000_000))).toThrow('ENOSPC');
  await expect(store.complete(job!, makeDone())).rejects.toMatchObject({ code: 'disk_full' });
  expect(await store.get(job!.id)).toEqual(job);
  rmSync(ballast);
  expect(await store.complete(job!, makeDone())).toBe(true);
});

test.skipIf(!canMount)('a full disk at the first start is said so', async () => {
  const dataDir = makeSmallDisk();
  expect(() => writeFileSync(join(dataDir, 'ballast'), Buffer.alloc(2_000_000))).toThrow('ENOSPC');
  await expect(openTempStore(dataDir)).rejects.toMatchObject({ code: 'disk_full' });
});

test.skipIf(!canMount)('a read-only disk is refused at start', async () => {
  const dataDir = makeSmallDisk();
  await (await openTempStore(dataDir)).close();
  execFileSync('mount', ['-o', 'remount,ro', dataDir]);
  await expect(openTempStore(dataDir)).rejects.toMatchObject({
    code: 'data_dir_unusable',
    message: expect.stringContaining('EROFS'),
  });
});
