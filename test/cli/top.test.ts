// tts top in a real terminal: what it shows, what its keys do, and how it leaves.
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import { advance } from '../../src/cli/top/heard.ts';
import { runTts } from '../helpers/cli.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { hasTmux, openTerminal, type Terminal } from '../helpers/terminal.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

let daemon: Daemon;
let terminal: Terminal;
const START = '"$NODE" "$TTS" top';
const KEYS = 'q leave';

async function find(label: string) {
  return (await daemon.call('GET', `/v1/jobs?label=${label}`)).json<{ jobs: JobView[] }>().jobs[0]!;
}

test('the heard sentence moves on with the clock, over what is known of the lengths', () => {
  const heard = { id: 'a', startedAtMs: 0, chunk: 0, fromSec: 0 };
  const sentences = [1.5, 2, null].map((lengthSec, index) => ({ index, text: '', lengthSec }));
  expect(advance(heard, sentences, 1000)).toMatchObject({ chunk: 0 });
  expect(advance(heard, sentences, 1600)).toMatchObject({ chunk: 1, fromSec: 1.5 });
  expect(advance(heard, sentences, 90_000)).toMatchObject({ chunk: 2, fromSec: 3.5 });
});

const seeGivenBack = () =>
  waitFor(
    'the shell to have its screen again',
    () => terminal.ask('alternate_on') === '0' && terminal.ask('pane_current_command') === 'bash',
    60_000,
    150,
  );

/** In a shell that knows how its terminal was before. */
function openTop(env: Record<string, string> = {}): void {
  terminal = openTerminal({ ...daemon.env, ...env });
  terminal.run(`stty -g > ${daemon.dataDir}/before; echo "a line before"; ${START}`);
}

/** By a key or a signal; the terminal is as it was. */
async function leave(way: string, code: number): Promise<void> {
  expect([terminal.ask('alternate_on'), terminal.ask('cursor_flag')]).toEqual(['1', '0']);
  if (way.startsWith('SIG')) process.kill(findTop(), way);
  else terminal.press(way);
  await seeGivenBack();
  terminal.run(`echo "code $?"; stty -g | diff - ${daemon.dataDir}/before && echo the same`);
  const screen = await terminal.see(/^the same$/m);
  expect(screen).toContain(`code ${code}`);
  expect(screen).toContain('a line before');
  expect(screen).not.toContain('book:');
  expect(terminal.ask('cursor_flag')).toBe('1');
}

function findTop(): number {
  return Number(execFileSync('ps', ['-o', 'pid=', '--ppid', terminal.ask('pane_pid')]));
}

describe.skipIf(!hasTmux)('tmux: tts top', () => {
  beforeAll(async () => {
    daemon = await startDaemon();
    const enqueue = (job: object) => daemon.call('POST', '/v1/jobs', job);
    await enqueue({ text: 'Done already.', label: 'done' });
    await waitFor('the first to be done', async () => (await find('done')).state === 'completed');
    await enqueue({ text: makeProse(150_000), label: 'book' });
    await waitFor('the book to run', async () => (await find('book')).state === 'running');
    const inMs = (waitMs: number) => new Date(Date.now() + waitMs).toISOString();
    const later = 'Later \x1b]0;taken over\x07 世界.';
    await enqueue({ text: later, label: 'later', not_before: inMs(3_600_000) });
    await enqueue({ text: 'Tomorrow.', label: 'tomorrow', not_before: inMs(86_400_000) });
  });
  afterEach(() => terminal.close());
  afterAll(async () => {
    await runTts(['daemon', 'stop'], { env: daemon.env });
    await removeDataDirs();
  });

  test('shows the queue, the engine and the sentence in hand, in every size', async () => {
    openTop();
    await terminal.see(/^▶ .+ on day \d+\.$/m);
    // The engine host tells of its memory a little later.
    const screen = await terminal.see(/^hibari ready, \d+ characters\/s, [\d.]+ MB$/m);
    expect(screen).toMatch(/^ttsd \d+\.\d+\.\d+ {2}1 running, 2 queued$/m);
    expect(screen).toMatch(/^> [0-9a-f]{8} running +\d+% chunk \d+\/\d+ +heart {2}book: The harbour lay/m);
    expect(screen).toMatch(/^ {2}[0-9a-f]{8} queued +from .+ heart {2}later: Later ␛\]0;taken/m);
    expect(screen).toMatch(/^ {2}[0-9a-f]{8} completed .* s audio in .* heart {2}done: Done already\.$/m);
    expect(screen).toContain(KEYS);
    terminal.resize(40, 14);
    const narrow = await terminal.see(/^K J space c r p \/ q$/m);
    expect(narrow).toMatch(/^> [0-9a-f]{8} runn +\d+% {2}book: The h/m);
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
    terminal.resize(120, 30);
    await terminal.see(/^─{120}$/m);
    await leave('q', 0);
  });

  test('its keys move, pause, cancel, bring back, filter and play', async () => {
    const programs = await mkdtemp(join(daemon.dataDir, 'programs'));
    await writeFile(
      join(programs, 'ffplay'),
      `#!/bin/sh\nhead -c 90000 > ${programs}/heard\nexec cat > /dev/null\n`,
    );
    await chmod(join(programs, 'ffplay'), 0o755);
    openTop({ PATH: `${programs}:${daemon.env.PATH}` });
    await terminal.see(/^> [0-9a-f]{8} running/m);
    terminal.press('p');
    await terminal.see(/^♪ .+ on day 1\.$/m);
    await waitFor('the sound', async () => (await stat(join(programs, 'heard'))).size === 90_000);
    terminal.press('p');
    await terminal.see(/^▶ /m);
    terminal.press('Space');
    await terminal.see('queued  paused');
    for (const text of ['At its turn.', 'Sooner.'])
      await daemon.call('POST', '/v1/jobs', { text, label: 'turns' });
    await terminal.see('Sooner.');
    terminal.press('/', 'sooner', 'Enter');
    await terminal.see(/^> [0-9a-f]{8} queued.*Sooner/m);
    expect(terminal.read()).not.toContain('book:');
    terminal.press('Escape');
    await terminal.see('book:');
    await terminal.see(/^> [0-9a-f]{8} queued.*Sooner/m);
    terminal.press('K');
    await terminal.see(/^> .*Sooner.*\n .*At its turn/m);
    terminal.press('c');
    await terminal.see(/^> [0-9a-f]{8} cancelled.*Sooner/m);
    terminal.press('r');
    await terminal.see(/^> [0-9a-f]{8} queued.*Sooner/m);
    terminal.press('/', 'tomo', 'Enter');
    await terminal.see(/^> [0-9a-f]{8} queued.*tomorrow/m);
    terminal.press('K');
    await terminal.see('It waits for its time.');
    terminal.press('Space');
    await terminal.see('The queue goes on.');
    await leave('C-c', 130);
    // What follows needs no sound.
    await daemon.call('POST', '/v1/queue/pause', {});
  });

  test('SIGINT from elsewhere leaves the terminal as it was too', async () => {
    openTop();
    await terminal.see(KEYS);
    await leave('SIGINT', 130);
  });

  test('a crash leaves the terminal as it was, and says what happened', async () => {
    terminal = openTerminal(daemon.env);
    const crash = "data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('a bug')})";
    terminal.run(`NODE_OPTIONS="--import \\"${crash}\\"" ${START}`);
    await terminal.see(KEYS);
    process.kill(findTop(), 'SIGUSR2');
    await seeGivenBack();
    await terminal.see('a bug');
    terminal.run('stty -a | grep -q " icanon" && echo it edits lines');
    await terminal.see(/^it edits lines$/m);
    expect(terminal.ask('cursor_flag')).toBe('1');
  });

  test('the daemon goes away and comes back: it says so and goes on', async () => {
    openTop({ TTS_AUTOSTART: '0' });
    await terminal.see(/^. [0-9a-f]{8} .*book:/m);
    await daemon.stop('SIGKILL');
    await terminal.see('The daemon does not answer. Connecting again …');
    daemon = await startDaemon({ dataDir: daemon.dataDir });
    await waitFor('the new daemon', () => !terminal.read().includes('does not answer'), 60_000, 150);
    await terminal.see(/^ttsd .* queued {2}paused$/m);
    await daemon.call('POST', '/v1/queue/resume', {});
    await terminal.see(/^. [0-9a-f]{8} running.*book:/m);
    await leave('SIGTERM', 143);
  });
});

test('without a terminal it is refused, with the verb for scripts', async () => {
  expect(await runTts(['top'])).toMatchObject({
    code: 2,
    stderr: 'tts: tts top needs a terminal. In a script: tts status --watch --json\n',
  });
});
