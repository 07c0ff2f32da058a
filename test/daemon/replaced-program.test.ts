// Another build takes the place of the one that runs, and the parts that it had not loaded yet are gone.
import { execFile } from 'node:child_process';
import { readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { getBareEnv, makeDataDir, removeDataDirs } from '../helpers/daemon.ts';
import { copyInstallation } from '../helpers/installation.ts';

let run: (...args: readonly string[]) => Promise<{ stdout: string; stderr: string }>;

afterAll(async () => {
  await run('daemon', 'stop');
  await removeDataDirs();
});

/** As a build does it: the same program, whose parts have other names. */
async function buildAgain(dist: string): Promise<void> {
  await rename(join(dist, 'parts'), join(dist, 'pieces'));
  for (const name of await readdir(dist, { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    const code = await readFile(join(dist, name), 'utf8');
    if (code.includes('./parts/'))
      await writeFile(join(dist, name), code.replaceAll('./parts/', './pieces/'));
  }
  await utimes(join(dist, 'daemon', 'main.js'), new Date(), new Date());
}

function getOverSocket(
  socketPath: string,
  path: string,
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path }, async (reply) => {
      resolve({ status: reply.statusCode, body: (await reply.toArray()).join('') });
    })
      .on('error', reject)
      .end();
  });
}

test('jobs go on, what cannot be done says to restart, and so do status and doctor until that was done', async () => {
  const copy = await copyInstallation();
  const dir = await makeDataDir();
  const env = { ...getBareEnv(), TTSD_DATA_DIR: dir, TTSD_PORT: '0' };
  run = (...args) => promisify(execFile)(process.execPath, [join(copy, 'bin', 'tts.js'), ...args], { env });
  await run('daemon', 'start');
  // The thread of the encoder and the engine host are there, and have loaded what they needed so far.
  await run('say', 'Hello.', '-o', join(dir, 'before.flac'));
  expect((await run('status')).stderr).toBe('');

  await buildAgain(join(copy, 'dist'));
  await run('say', 'Hello again.', '-o', join(dir, 'after.opus'));
  expect((await readFile(join(dir, 'after.opus'))).toString('latin1', 0, 4)).toBe('OggS');
  const { status, body } = await getOverSocket(join(dir, 'run', 'ttsd.sock'), '/openapi.json');
  expect(status).toBe(503);
  expect(JSON.parse(body).error).toMatchObject({
    code: 'program_replaced',
    message: expect.stringContaining('tts daemon restart'),
  });
  expect((await run('status')).stderr).toContain('Change over to it: tts daemon restart');
  expect((await run('doctor')).stdout).toMatch(
    /started before that was installed\n.*mend it: tts daemon restart/,
  );

  await run('daemon', 'restart');
  expect((await run('status')).stderr).toBe('');
  expect((await getOverSocket(join(dir, 'run', 'ttsd.sock'), '/openapi.json')).status).toBe(200);
});
