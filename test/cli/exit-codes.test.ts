// The table of exit codes in docs/cli.md, row by row, through the built tts.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTts, startTts, TTS } from '../helpers/cli.ts';
import { type Daemon, getBareEnv, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { waitFor } from '../helpers/wait-for.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let daemon: Daemon;
/** Of jobs, by their state. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  const dataDir = await makeDataDir();
  // It holds a job in each state, also one that failed.
  copyFileSync(join(ROOT, 'test', 'fixtures', 'db', 'v4.db'), join(dataDir, 'ttsd.db'));
  daemon = await startDaemon({ dataDir });
  const later = { text: 'Later.', not_before: '2100-01-01T00:00:00Z', label: 'later' };
  await daemon.call('POST', '/v1/jobs', later);
  for (const state of ['failed', 'cancelled', 'queued']) {
    const query = state === 'queued' ? 'label=later' : `state=${state}`;
    const reply = await daemon.call('GET', `/v1/jobs?${query}`);
    ids[state] = reply.json<{ jobs: { id: string }[] }>().jobs[0]!.id;
  }
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

const ROWS: {
  code: number;
  when: string;
  args: () => string[];
  env?: Record<string, string>;
  kill?: NodeJS.Signals;
}[] = [
  { code: 0, when: 'done', args: () => ['status', '-q', ids.queued!] },
  { code: 1, when: 'the job failed', args: () => ['wait', ids.failed!] },
  { code: 2, when: 'wrong usage', args: () => ['list', '--state', 'done'] },
  { code: 3, when: 'no such job', args: () => ['status', 'nosuchjob'] },
  { code: 3, when: 'no such voice', args: () => ['enqueue', 'Hello.', '-v', 'nobody'] },
  { code: 4, when: 'cancelled', args: () => ['wait', ids.cancelled!] },
  {
    code: 69,
    when: 'no daemon',
    args: () => ['list'],
    env: { TTSD_DATA_DIR: '/nonexistent/data', TTS_AUTOSTART: '0' },
  },
  { code: 73, when: 'no such folder', args: () => ['say', 'Hello.', '-o', '/nonexistent/x.wav'] },
  { code: 75, when: 'not ready yet', args: () => ['fetch', ids.queued!, '-o', '/dev/null'] },
  { code: 78, when: 'an impossible address', args: () => ['list', '--host', `unix:///${'x'.repeat(120)}`] },
  { code: 124, when: 'out of time', args: () => ['wait', ids.queued!, '--timeout', '0.1'] },
  { code: 130, when: 'SIGINT', args: () => ['wait', '-q', ids.cancelled!, ids.queued!], kill: 'SIGINT' },
  { code: 143, when: 'SIGTERM', args: () => ['wait', '-q', ids.cancelled!, ids.queued!], kill: 'SIGTERM' },
];

test('the table has these rows', () => {
  const page = readFileSync(join(ROOT, 'docs', 'cli.md'), 'utf8');
  const documented = [...page.matchAll(/^\| ([\d, ]+) \| /gm)].flatMap(([, codes]) => codes!.split(', '));
  expect(documented.map(Number)).toEqual([...new Set(ROWS.map(({ code }) => code))]);
});

test.each(ROWS)('$code: $when', async ({ code, args, env = {}, kill }) => {
  const running = startTts(args(), { env: { ...daemon.env, ...env } });
  if (kill) {
    // It waits for the second of two jobs by now.
    await waitFor('the first', () => running.stdout().startsWith(ids.cancelled!));
    running.child.kill(kill);
  }
  const ended = await running.ended;
  expect({ code: ended.code, signal: ended.signal }).toEqual({ code, signal: null });
  // A job that came to nothing is data: its line is on stdout.
  expect(ended.stderr).toMatch(/^(tts: .*\n)*$/);
  expect(ended.stdout + ended.stderr).not.toBe('');
});

test('a reader that has seen enough is no error, and nothing is said of it', () => {
  const tts = (args: string) => `{ "$NODE" "$TTS" ${args}; echo "code $?" >&2; }`;
  const { stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', `${tts('list --json')} | true; ${tts('--help')} | head -c 10`],
    {
      env: { ...daemon.env, NODE: process.execPath, TTS },
      encoding: 'utf8',
    },
  );
  expect({ stdout, stderr }).toEqual({ stdout: 'Usage: tts', stderr: 'code 0\ncode 0\n' });
});

test('a daemon that cannot start says why, and ends with the same codes', async () => {
  const env = { ...getBareEnv(), TTSD_DATA_DIR: '/proc/nothing', TTSD_PORT: '0' };
  const { code, stderr } = await runTts(['enqueue', 'Hello.'], { env });
  expect({ code, names: stderr.includes('/proc/nothing') }).toEqual({ code: 78, names: true });
});
