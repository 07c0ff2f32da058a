import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseJobs, runTts } from '../../helpers/cli.ts';
import { getBareEnv, makeDataDir, removeDataDirs } from '../../helpers/daemon.ts';

let env: Record<string, string>;
const tts = (...args: string[]) => runTts(args, { env });
const getPid = async () => (await tts('daemon', 'status', '-q')).stdout.trim();

beforeAll(async () => {
  env = { ...getBareEnv(), TTSD_DATA_DIR: await makeDataDir(), TTSD_PORT: '0' };
});
afterAll(async () => {
  await tts('daemon', 'stop');
  await removeDataDirs();
});

test('a daemon that is down: status 69, stop 0, no log yet', async () => {
  expect(await tts('daemon', 'status')).toMatchObject({ code: 69, stdout: '' });
  expect(await tts('daemon', 'stop')).toMatchObject({ code: 0, stdout: 'ttsd does not run\n' });
  expect(await tts('daemon', 'logs')).toMatchObject({ code: 69, stdout: '' });
});

test('start, status, logs, restart and stop', async () => {
  const first = await tts('daemon', 'start');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toMatch(/^ttsd \S+ runs: pid \d+, .*ttsd\.sock\n$/);
  const pid = await getPid();
  expect((await tts('daemon', 'start')).stdout).toContain(`runs already: pid ${pid},`);

  const [status] = parseJobs((await tts('daemon', 'status', '--json')).stdout);
  expect(status).toMatchObject({ pid: Number(pid), data_dir: env.TTSD_DATA_DIR, queue: { running: 0 } });
  const plain = (await tts('daemon', 'status')).stdout;
  expect(plain).toMatch(/^http {8}http:\/\/127\.0\.0\.1:\d+$/m);
  expect(plain).toMatch(/^jobs {8}0 running, 0 queued$/m);

  expect((await tts('daemon', 'logs', '-n', '1')).stdout).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d info ready .*\n$/,
  );
  expect(JSON.parse((await tts('daemon', 'logs', '-n', '1', '--json')).stdout)).toMatchObject({
    msg: 'ready',
  });

  expect(await tts('daemon', 'restart')).toMatchObject({ code: 0 });
  expect(await getPid()).not.toBe(pid);
  expect(await tts('daemon', 'stop', '--json')).toMatchObject({ code: 0 });
  expect(await tts('daemon', 'status')).toMatchObject({ code: 69 });
});

test('a daemon of another machine is not started or stopped from here', async () => {
  expect(await tts('daemon', 'stop', '--host', 'http://example.org:8004')).toMatchObject({
    code: 2,
    stderr: 'tts: tts daemon works on this machine only, not on http://example.org:8004.\n',
  });
});
