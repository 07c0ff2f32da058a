// A target file system that is full: a tmpfs of its own, which only root can mount.
import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTts } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { makeProse } from '../helpers/texts.ts';

let daemon: Daemon;
let disk: string;
let isMounted = false;

beforeAll(async () => {
  daemon = await startDaemon();
  disk = await makeDataDir();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    isMounted = true;
  } catch {
    // Not root, or a container that may not mount.
  }
});
afterAll(async () => {
  if (isMounted) execFileSync('umount', [disk]);
  await daemon.stop();
  await removeDataDirs();
});

test('a full disk is exit code 73, leaves nothing behind, and the sound is still to be had (needs root)', async ({
  skip,
}) => {
  if (!isMounted) skip('no tmpfs can be mounted here');
  await writeFile(join(disk, 'old.wav'), 'what was there before');
  const { code, stdout, stderr } = await runTts(['say', makeProse(300), '-o', join(disk, 'old.wav')], {
    env: daemon.env,
  });
  expect({ code, stdout }).toEqual({ code: 73, stdout: '' });
  expect(stderr).toContain('The disk is full');
  expect(stderr).toMatch(/tts fetch [0-9a-f-]{36}/);
  expect(await readdir(disk)).toEqual(['old.wav']);
});
