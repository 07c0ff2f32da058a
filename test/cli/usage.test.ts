import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERBS } from '../../src/cli/command-table.ts';
import { renderHelp } from '../../src/cli/program.ts';
import { runTts } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';

let daemon: Daemon;
let folder: string;
const tts = (args: string[], stdin?: string | Uint8Array) =>
  runTts(args, { env: daemon.env, cwd: folder, ...(stdin === undefined ? {} : { stdin }) });

beforeAll(async () => {
  daemon = await startDaemon();
  folder = await makeDataDir();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

describe('a mistake is refused with exit code 2 and the remedy', () => {
  test.each([
    [['sya', 'hello'], "tts: unknown command 'sya' (Did you mean say?). See: tts --help\n"],
    [
      ['say', '--voise', 'x', 'hello'],
      "tts: unknown option '--voise' (Did you mean --voice?). See: tts say --help\n",
    ],
    [['status', '--jsn'], "tts: unknown option '--jsn' (Did you mean --json?). See: tts status --help\n"],
    [['daemon', 'strat'], "tts: unknown command 'strat' (Did you mean start?). See: tts daemon --help\n"],
    [['help', 'sayy'], 'tts: There is no command sayy. Did you mean say? See: tts --help\n'],
    [
      ['--speed', '2', 'say', 'hello'],
      "tts: unknown option '--speed'. It stands behind the command: tts say --speed. See: tts --help\n",
    ],
    [
      ['-v'],
      "tts: unknown option '-v'. The version: tts -V. A voice stands behind the command: tts say -v VOICE. See: tts --help\n",
    ],
    [['voices', 'preview'], "tts: missing required argument 'voice'. See: tts voices preview --help\n"],
    [['lexicon', 'add'], "tts: missing required argument 'word'. See: tts lexicon add --help\n"],
    [
      ['list', 'extra'],
      "tts: too many arguments for 'list'. Expected 0 arguments but got 1: extra. See: tts list --help\n",
    ],
    [
      ['enqueue', 'hello', '--in', 'tomorrow'],
      'tts: --in: expected a duration such as 90s, 10m, 1h30m or 2d, got "tomorrow"\n',
    ],
    [
      ['list', '--host', 'localhost:8004'],
      'tts: --host: expected unix:///path/to/socket or http://host:port, got "localhost:8004". Did you mean http://localhost:8004?\n',
    ],
    [['say', '--speed', 'fast', 'hello'], 'tts: --speed: expected a number, got "fast"\n'],
    [['wait'], "tts: missing required argument 'id'. See: tts wait --help\n"],
    [
      ['list', '--state', 'done'],
      'tts: --state: expected one of queued, running, completed, failed, cancelled, got "done".\n',
    ],
    [
      ['say', '-o', 'x.wav'],
      'tts: There is no text. Give it as arguments, with --file FILE, or pipe it in.\n',
    ],
    [
      ['say', '   ', '-o', 'x.wav'],
      'tts: There is no text. Give it as arguments, with --file FILE, or pipe it in.\n',
    ],
    [
      ['enqueue', 'hello', '--at', 'noon'],
      'tts: --at: expected a time such as 18:30, 2027-01-31, 2027-01-31T18:30 or 2027-01-31T18:30Z, got "noon".\n',
    ],
    [['retry'], 'tts: Which jobs? Give their ids, or --failed for all that failed.\n'],
    [
      ['fetch', 'a', 'b', '-o', 'x.wav'],
      "tts: 2 jobs would all be written to x.wav. Use a template: -o '{id}.{ext}'\n",
    ],
    [
      ['list', '--host', 'ftp://x'],
      'tts: --host: expected unix:///path/to/socket or http://host:port, got "ftp://x".\n',
    ],
  ])('%j', async (args, stderr) => {
    expect(await tts(args)).toEqual({ code: 2, signal: null, stdout: '', stderr });
  });
});

test('input that is not UTF-8 is refused with the offset of the bad byte', async () => {
  await writeFile(join(folder, 'latin1.txt'), Buffer.from('Grüße aus dem Süden', 'latin1'));
  const { code, stderr } = await tts(['say', '-f', 'latin1.txt', '-o', 'x.wav']);
  expect(code).toBe(2);
  expect(stderr).toContain('latin1.txt is not UTF-8: the byte at offset 2 does not fit.');
  expect(stderr).toContain("iconv -f WINDOWS-1252 -t UTF-8 'latin1.txt'");
  const piped = await tts(['enqueue'], Buffer.from([0xe2, 0x82, 0xac, 0x41, 0xe2, 0x82]));
  expect(piped.stderr).toContain('stdin is not UTF-8: the byte at offset 4 does not fit.');
});

test('UTF-16 is told from other encodings by its byte order mark', async () => {
  const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Grüße', 'utf16le')]);
  await writeFile(join(folder, "it's.txt"), little);
  const { code, stderr } = await tts(['say', '-f', "it's.txt", '-o', 'x.wav']);
  expect(code).toBe(2);
  expect(stderr).toContain("it's.txt is not UTF-8 but UTF-16.");
  const command = stderr.split('Convert it: ')[1]!;
  await runShell(command);
  expect(await readFile(join(folder, 'text.txt'), 'utf8')).toBe('Grüße');
  const piped = await tts(['enqueue'], Buffer.from(little).swap16());
  expect(piped.stderr).toContain('iconv -f UTF-16 -t UTF-8 > text.txt');
});

test.each([
  [['say', '-f', '/dev/zero', '-o', 'x.wav'], '/dev/zero has more than 4 MiB'],
  [['enqueue', '--lines', '/dev/zero'], '/dev/zero has more than 256 MiB'],
])('%j: a file without an end is given up', async (args, message) => {
  const { code, stderr } = await tts(args);
  expect({ code, stderr: stderr.includes(message) }).toEqual({ code: 2, stderr: true });
});

test('stdin without an end is given up', async () => {
  const line = `"$NODE" "$TTS" say -o x.wav < /dev/zero || echo "code $?"`;
  const { stdout, stderr } = await runShell(line);
  expect({ stdout, stderr: stderr.includes('stdin has more than 4 MiB') }).toEqual({
    stdout: 'code 2\n',
    stderr: true,
  });
  const piped = await runShell(`yes | { "$NODE" "$TTS" enqueue || echo "code $?"; }`);
  expect(piped.stdout).toBe('code 2\n');
});

test('a file that is not there is named', async () => {
  const { code, stderr } = await tts(['say', '-f', 'nowhere.txt', '-o', 'x.wav']);
  expect({ code, stderr: stderr.includes('nowhere.txt cannot be read') }).toEqual({ code: 2, stderr: true });
});

test('an unknown voice is refused with the nearest one and exit code 3', async () => {
  const { code, stderr } = await tts(['say', 'Hello.', '-v', 'hart', '-o', 'x.wav']);
  expect(code).toBe(3);
  expect(stderr).toContain('Did you mean heart?');
});

test('with --json an error is JSON too, on stderr', async () => {
  const { code, stdout, stderr } = await tts(['status', 'nosuchjob', '--json']);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'job_not_found' });
});

test('one id that is wrong does not keep the others from their turn', async () => {
  const id = (await tts(['enqueue', 'Hello.'])).stdout.trim();
  const { code, stdout, stderr } = await tts(['status', 'nosuchjob', id, '-q']);
  expect({ code, stdout }).toEqual({ code: 3, stdout: `${id}\n` });
  expect(stderr).toContain('nosuchjob');
});

test('help names every verb, and each verb shows examples', async () => {
  const { code, stdout } = await tts(['--help']);
  expect(code).toBe(0);
  const deep = ['daemon', 'key', 'new'];
  expect(await tts([...deep, '--help'])).toMatchObject({ code: 0, stdout: renderHelp(deep), stderr: '' });
  for (const { name } of VERBS) expect(stdout).toContain(`  ${name.split(' ')[0]} `);
  for (const { name } of VERBS) {
    const help = renderHelp(name.split(' '));
    expect(help).toContain(`Usage: tts ${name}`);
    expect(help.split('Examples:\n')[1]!.trim().split('\n').length).toBeGreaterThanOrEqual(2);
  }
});

test('a reader that closes the pipe early ends it quietly', async () => {
  const { stderr, stdout } = await runShell(`"$NODE" "$TTS" --help | head -n 1`);
  expect({ stderr, stdout }).toEqual({ stderr: '', stdout: 'Usage: tts [options] [command]\n' });
  await mkdir(join(folder, 'sub'), { recursive: true });
  const audio = await runShell(`"$NODE" "$TTS" say "A longer sentence for the pipe." -o - | head -c 4`);
  expect(audio).toMatchObject({ stderr: '', stdout: 'RIFF' });
});

async function runShell(line: string): Promise<{ stdout: string; stderr: string }> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const { TTS } = await import('../helpers/cli.ts');
  return promisify(execFile)('/bin/sh', ['-c', line], {
    env: { ...daemon.env, NODE: process.execPath, TTS },
    cwd: folder,
  });
}
