import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startChild } from './child.ts';
import { makeTempDir, openTempStore } from './temp-store.ts';

const isRoot = process.getuid?.() === 0;
/** Root may write anywhere, so the process that is refused is somebody else. */
const NOBODY = 65_534;

async function refuse(dataDir: string): Promise<string | undefined> {
  const child = startChild('open', dataDir, isRoot ? { uid: NOBODY } : {});
  return child.nextLine();
}

/** A directory of the user that the child runs as. */
function makeOwnDir(): string {
  const dir = join(makeTempDir(), 'data');
  mkdirSync(dir);
  chmodSync(join(dir, '..'), 0o755);
  if (isRoot) chownSync(dir, NOBODY, NOBODY);
  return dir;
}

test('a missing directory is made, for its owner alone', async () => {
  const dataDir = join(makeTempDir(), 'some', 'where');
  await openTempStore(dataDir);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
});

test('a directory that cannot be written is refused with the way out', async () => {
  const dataDir = makeOwnDir();
  chmodSync(dataDir, 0o500);
  expect(await refuse(dataDir)).toMatch(
    new RegExp(`^data_dir_unusable .*${dataDir} is not writable.*--data-dir.*chown`),
  );
});

test('a directory that cannot be made is refused', async () => {
  const parent = makeOwnDir();
  chmodSync(parent, 0o500);
  expect(await refuse(join(parent, 'data'))).toMatch(/^data_dir_unusable .*cannot be created/);
});

test.runIf(isRoot)('a directory of somebody else is refused, even by root', async () => {
  const dataDir = makeTempDir();
  chmodSync(dataDir, 0o777);
  expect(await refuse(dataDir)).toMatch(
    /^data_dir_unusable .*belongs to user 0, ttsd runs as user 65534.*chown/,
  );
  await expect(openTempStore(makeOwnDir())).rejects.toMatchObject({ code: 'data_dir_unusable' });
});

test('a file in the place of the directory is refused', async () => {
  const file = join(makeTempDir(), 'data');
  writeFileSync(file, '');
  await expect(openTempStore(file)).rejects.toMatchObject({ code: 'data_dir_unusable' });
});

test('a database file that cannot be written is refused', async () => {
  const dataDir = makeOwnDir();
  writeFileSync(join(dataDir, 'ttsd.db'), '', { mode: 0o400 });
  expect(await refuse(dataDir)).toMatch(/^data_dir_unusable .*ttsd\.db/);
});
