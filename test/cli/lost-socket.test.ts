// A daemon whose socket somebody removed, seen through a data directory that holds its note and no socket.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseJobs, runTts } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';

let daemon: Daemon;
let dataDir: string;
const tts = (...args: string[]) =>
  runTts(args, { env: { ...daemon.env, TTSD_DATA_DIR: dataDir }, cwd: dataDir });

/** `changes` is what the note says differently from the daemon itself. */
async function leaveNote(changes: Record<string, unknown> = {}): Promise<void> {
  const socket = join(dataDir, 'gone.sock');
  await writeFile(join(dataDir, 'endpoint.json'), JSON.stringify({ ...daemon.endpoint, socket, ...changes }));
}

beforeEach(async () => {
  daemon = await startDaemon();
  dataDir = await makeDataDir();
});
afterEach(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('every verb reaches it on its port, and no second one is started', async () => {
  await leaveNote();
  expect(await tts('say', 'Hello.', '-o', 'x.wav')).toMatchObject({ code: 0, stderr: '' });
  expect((await readFile(join(dataDir, 'x.wav'))).toString('latin1', 0, 4)).toBe('RIFF');
  const id = (await tts('list', '-q')).stdout.trim();
  expect(parseJobs((await tts('status', id, '--json')).stdout)[0]).toMatchObject({ state: 'completed' });
  expect((await tts('daemon', 'start')).stdout).toContain(
    `runs already: pid ${daemon.endpoint.pid}, ${daemon.endpoint.http}\n`,
  );
});

test('daemon status says so, and daemon stop stops it', async () => {
  await leaveNote();
  const { code, stdout } = await tts('daemon', 'status');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^socket {6}does not answer$/m);
  const [status] = parseJobs((await tts('daemon', 'status', '--json')).stdout);
  expect(status).toMatchObject({ pid: daemon.endpoint.pid, socket: null, http: daemon.endpoint.http });
  expect((await tts('daemon', 'stop')).stdout).toBe(`ttsd stopped: pid ${daemon.endpoint.pid}\n`);
  expect((await tts('daemon', 'status')).code).toBe(69);
});

test.each([
  { boot_id: 'another' },
  { boot_id: undefined },
  { http: 'http://127.0.0.1:1' },
  { http: 'nonsense' },
])('another program on the port, or none, is not taken for it: %j', async (changes) => {
  await leaveNote(changes);
  expect((await tts('status', '--no-autostart')).code).toBe(69);
  expect((await tts('daemon', 'stop')).stdout).toBe('ttsd does not run\n');
});
