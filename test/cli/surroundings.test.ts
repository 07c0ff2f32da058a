// What the environment of a command line may be like: homes, terminals, settings that other programs heed.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runTts } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { mountSmallDisk } from '../helpers/small-disk.ts';
import { hasTmux, openTerminal, type Terminal } from '../helpers/terminal.ts';

const disk = mountSmallDisk(1);
let daemon: Daemon;
let home: string;
let terminal: Terminal | undefined;

beforeAll(async () => {
  home = join(await makeDataDir(), 'Größe 世界 "home"');
  await mkdir(home);
  daemon = await startDaemon({ dataDir: join(home, '.local', 'share', 'ttsd'), env: { HOME: home } });
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
});
afterAll(async () => {
  await daemon.stop();
  disk?.unmount();
  await removeDataDirs();
});

test('a home with spaces, quotes and letters of other scripts', async () => {
  const file = join(home, 'out 世界.wav');
  expect(await runTts(['say', 'Hello.', '-o', file], { env: daemon.env })).toEqual({
    code: 0,
    signal: null,
    stdout: `${file}\n`,
    stderr: '',
  });
  expect((await readFile(file)).toString('latin1', 0, 4)).toBe('RIFF');
});

test('what is spoken is reported to nobody: the runtime of the models keeps no file of its own', async () => {
  await runTts(['say', 'Hello again.', '-o', join(home, 'again.wav')], { env: daemon.env });
  expect(await readdir(join(home, '.cache'))).not.toContain('Microsoft');
});

test.skipIf(!disk)(
  'mount: a home that cannot be written is only missed where something belongs in it',
  async () => {
    disk!.remount('ro');
    const env = { ...daemon.env, HOME: disk!.path };
    expect(await runTts(['say', 'Hello.', '-o', '/dev/null', '--format', 'wav'], { env })).toMatchObject({
      code: 0,
      stderr: '',
    });
    const context = await runTts(['context', 'add', 'box', '--host', 'http://127.0.0.1:9'], { env });
    expect(context).toMatchObject({ code: 73, stdout: '' });
    expect(context.stderr).toMatch(/^tts: .*contexts\.json cannot be written\. .*\n$/);
  },
);

test('in a pipe there is never a colour, a cursor code or a bar, whatever asks for it', async () => {
  for (const env of [
    { FORCE_COLOR: '3', CLICOLOR_FORCE: '1', TERM: 'xterm-256color' },
    { CI: '1', NO_COLOR: '1' },
  ])
    for (const args of [['say', 'Hello.', '-o', '/dev/null', '--format', 'wav'], ['list'], ['sya']]) {
      const { stdout, stderr } = await runTts(args, { env: { ...daemon.env, ...env } });
      expect(stdout + stderr).not.toContain('\x1b');
    }
});

describe.skipIf(!hasTmux)('tmux', () => {
  test('tts top draws under CI=1 and NO_COLOR, and is refused by a terminal that cannot', async () => {
    terminal = openTerminal({ ...daemon.env, CI: '1', NO_COLOR: '1' }, { shell: 'bash --norc' });
    terminal.run('TERM=dumb "$NODE" "$TTS" top; echo "code $?"');
    await terminal.see(/^code 2$/m);
    terminal.run('"$NODE" "$TTS" top');
    await terminal.see('q leave');
    terminal.press('q');
  });

  test('status --watch shows each change of a job in its place, and ends with it', async () => {
    await daemon.call('POST', '/v1/queue/pause', {});
    const reply = await daemon.call('POST', '/v1/jobs', { text: 'Watch me.' });
    const { id } = reply.json<{ jobs: { job: { id: string } }[] }>().jobs[0]!.job;
    terminal = openTerminal(daemon.env, { columns: 40, rows: 12 });
    terminal.run(`"$NODE" "$TTS" status --watch ${id}; echo "code $?"`);
    await terminal.see(/queued/);
    await daemon.call('POST', '/v1/queue/resume', {});
    const screen = await terminal.see(/^code 0$/m);
    expect(screen).toMatch(/completed/);
    for (const line of screen.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
    expect(terminal.ask('cursor_flag')).toBe('1');
  });
});
