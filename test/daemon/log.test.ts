import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openLog } from '../../src/daemon/log.ts';
import { makeDataDir, removeDataDirs } from '../helpers/daemon.ts';

afterAll(removeDataDirs);

test('a log that grows while the daemon runs is put aside, and the oldest is let go', async () => {
  const dir = await makeDataDir();
  const log = openLog(join(dir, 'ttsd.log'), 'info', 500);
  for (let number = 0; number < 60; number++) log.info({ number }, 'a line');
  expect((await readdir(dir)).sort()).toEqual(['ttsd.log', 'ttsd.log.1', 'ttsd.log.2', 'ttsd.log.3']);
  const numbers: number[] = [];
  for (const name of ['ttsd.log.3', 'ttsd.log.2', 'ttsd.log.1', 'ttsd.log']) {
    const lines = (await readFile(join(dir, name), 'utf8')).split('\n').filter((line) => line !== '');
    numbers.push(...lines.map((line) => (JSON.parse(line) as { number: number }).number));
  }
  // What is left is whole and without a gap.
  expect(numbers.at(-1)).toBe(59);
  expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
});
