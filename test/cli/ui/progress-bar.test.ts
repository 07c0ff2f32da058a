import { execFile } from 'node:child_process';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderHelp } from '../../../src/cli/program.ts';
import { TTS } from '../../helpers/cli.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';

let daemon: Daemon;

beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

/** Runs a shell line on a terminal of its own. */
async function runOnTerminal(line: string, env: Record<string, string> = {}): Promise<string> {
  const all = { ...daemon.env, NODE: process.execPath, TTS, TERM: 'xterm', ...env };
  const { stdout } = await promisify(execFile)('script', ['-qec', line, '/dev/null'], { env: all });
  return stdout;
}

test('a terminal sees a bar that is gone at the end, and its cursor back', async () => {
  const screen = await runOnTerminal('"$NODE" "$TTS" say "A sentence to look at." -o /dev/null --format wav');
  expect(screen).toContain('░');
  expect(screen.lastIndexOf('\x1b[?25h')).toBeGreaterThan(screen.lastIndexOf('\x1b[?25l'));
  expect(screen).toMatch(/s audio in .* s\r\n$/);
});

test('a terminal that cannot draw, --json and -q see none', async () => {
  const say = '"$NODE" "$TTS" say "Hello." -o /dev/null --format wav';
  expect(await runOnTerminal(say, { TERM: 'dumb' })).not.toContain('\x1b');
  expect(await runOnTerminal(`${say} --json`)).not.toContain('\x1b');
  expect(await runOnTerminal(`${say} -q`)).not.toContain('\x1b');
});

test('audio is not written to a terminal', async () => {
  const screen = await runOnTerminal('"$NODE" "$TTS" say "Hello." -o - || echo "exit $?"');
  expect(screen).toContain('audio is not written to a terminal');
  expect(screen).toContain('exit 2');
});

test('on a terminal of 40 columns the help, the list and a bar have room', async () => {
  const later = { text: 'Later.', label: 'x'.repeat(60), not_before: '2100-01-01T00:00:00Z' };
  await daemon.call('POST', '/v1/jobs', later);
  for (const args of ['', 'say --help', 'list', 'say "A sentence to look at." -o /dev/null --format wav']) {
    const screen = await runOnTerminal(`stty cols 40; "$NODE" "$TTS" ${args}`);
    // A bar is drawn over itself: each time it begins behind an escape sequence.
    const drawn = screen.split(/(?=\x1b)/).map((part) => stripVTControlCharacters(part));
    const lines = drawn.flatMap((part) => part.split(/\r\n|\r|\n/));
    // A command that is shown is never broken.
    const long = lines.filter((line) => line.length > 40 && !/^ {2}(?:\S+ \| )?tts |^Usage: /.test(line));
    expect({ args, long }).toEqual({ args, long: [] });
  }
});

test('a terminal that says it has no columns gets the help of a pipe', async () => {
  const screen = await runOnTerminal('stty cols 0; "$NODE" "$TTS" say --help');
  expect(screen.replaceAll('\r\n', '\n')).toBe(renderHelp(['say']));
});
