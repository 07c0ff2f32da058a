import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../../src/api/job.ts';
import { openDestination } from '../../../src/cli/destination.ts';
import { parseJobs, runTts, startTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

let daemon: Daemon;
let folder: string;
/** A job whose samples are in five.pcm. */
let five: string;
const say = (args: string[], stdin?: string | Uint8Array, env: Record<string, string> = {}) =>
  runTts(['say', ...args], {
    env: { ...daemon.env, PATH: '/nonexistent', ...env },
    cwd: folder,
    ...(stdin === undefined ? {} : { stdin }),
  });
const list = async (label: string) =>
  (await daemon.call('GET', `/v1/jobs?label=${label}`)).json<{ jobs: JobView[] }>().jobs;
const view = async (id: string) => (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();

beforeAll(async () => {
  daemon = await startDaemon();
  folder = join(await makeDataDir(), 'a folder with spaces');
  await mkdir(folder);
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('a text becomes a playable file, its path is printed, and a pipe sees no bar', async () => {
  expect(await say(['The', 'kettle', 'is on.', '-o', 'kettle.wav'])).toEqual({
    code: 0,
    signal: null,
    stdout: 'kettle.wav\n',
    stderr: '',
  });
  const wav = parseWav(await readFile(join(folder, 'kettle.wav')));
  expect(wav.sampleRateHz).toBe(24_000);
  expect(wav.samples.length).toBeGreaterThan(12_000);
});

test('the text comes from a file without its byte order mark, the parameters arrive, --json gives the job', async () => {
  await writeFile(join(folder, 'text.txt'), '\uFEFFFrom a file.');
  const { stdout } = await say([
    ...['-f', 'text.txt', '-o', 'a.wav', '--json'],
    ...['--speed', '1.25', '--seed', '42', '--label', 'mine'],
  ]);
  expect(parseJobs(stdout)).toMatchObject([
    {
      state: 'completed',
      class: 'interactive',
      text_preview: 'From a file.',
      file: 'a.wav',
      speed: 1.25,
      seed: 42,
      label: 'mine',
    },
  ]);
});

test('the text comes from stdin too, and -q gives the bare id', async () => {
  const { stdout } = await say(['-o', 'b.wav', '-q'], 'From a pipe.\n');
  expect(stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  expect(await view(stdout.trim())).toMatchObject({ text_preview: 'From a pipe.' });
});

test('-f - reads stdin, and -o - writes the bare sound to stdout', async () => {
  const { code, stdout, stderr } = await say(['-f', '-', '-o', '-', '--label', 'dash'], 'From a dash.');
  expect({ code, stderr, head: stdout.slice(0, 4) }).toEqual({ code: 0, stderr: '', head: 'RIFF' });
  expect((await list('dash'))[0]).toMatchObject({ text_preview: 'From a dash.' });
});

test('without a player it says how to get the sound', async () => {
  const { code, stdout, stderr } = await say(['Four.']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toMatch(/^tts: No player is installed .* tts fetch [0-9a-f-]{36} -o FILE\n$/);
});

/** A player of that name which runs `script`; the samples come on its stdin. */
async function installPlayer(name: string, script: string): Promise<{ PATH: string }> {
  const programs = join(folder, `programs of ${name}`);
  await mkdir(programs, { recursive: true });
  await writeFile(join(programs, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  await chmod(join(programs, name), 0o755);
  return { PATH: programs };
}

test('without -o the sound is played whole, by whichever player there is', async () => {
  five = (await say(['Five.', '--seed', '5', '-o', 'five.pcm', '-q'])).stdout.trim();
  const samples = await readFile(join(folder, 'five.pcm'));
  for (const { name, header } of [
    { name: 'ffplay', header: 44 },
    { name: 'mpv', header: 44 },
    { name: 'paplay', header: 0 },
    { name: 'aplay', header: 0 },
  ]) {
    const played = join(folder, `played by ${name}`);
    const env = await installPlayer(name, `echo "$@" > '${played}.flags'; exec cat > '${played}'`);
    expect(await say(['Five.', '--seed', '5'], undefined, env)).toMatchObject({ code: 0, stderr: '' });
    expect((await readFile(played)).subarray(header).equals(samples)).toBe(true);
    // Raw samples say nothing of themselves: only then are their rate and width among the flags.
    expect(/raw.*24000/.test(await readFile(`${played}.flags`, 'utf8'))).toBe(header === 0);
  }
});

test('it is heard from its first chunk on, long before the last is made; Ctrl-C ends both', async () => {
  const env = await installPlayer('mpv', `head -c 40000 > '${folder}/first'; exec cat > /dev/null`);
  const running = startTts(['say', '--label', 'long'], {
    env: { ...daemon.env, ...env },
    stdin: makeProse(40_000),
  });
  await waitFor('the first sound', async () => {
    const found = await stat(join(folder, 'first')).catch(() => undefined);
    return found?.size === 40_000;
  });
  expect((await list('long'))[0]!.state).toBe('running');
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
});

test('tts play lets a finished job be heard, and says when there is nothing to hear or to hear it with', async () => {
  const env = await installPlayer('aplay', `cat > '${folder}/played'`);
  const play = (...args: string[]) => runTts(['play', ...args], { env: { ...daemon.env, ...env } });
  expect(await play(five)).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect((await readFile(join(folder, 'played'))).equals(await readFile(join(folder, 'five.pcm')))).toBe(
    true,
  );
  const later = { text: 'Later.', not_before: '2100-01-01T00:00:00Z' };
  const { id } = (await daemon.call('POST', '/v1/jobs', later)).json<{ jobs: { job: JobView }[] }>().jobs[0]!
    .job;
  await daemon.call('POST', `/v1/jobs/${id}/cancel`, {});
  expect(await play(id)).toMatchObject({ code: 4, stderr: `tts: Job ${id} was cancelled.\n` });
  expect(await runTts(['play', five], { env: { ...daemon.env, PATH: '/nonexistent' } })).toMatchObject({
    code: 73,
    stderr:
      'tts: No player is installed (ffplay, mpv, paplay, aplay, afplay). Write a file instead: -o FILE\n',
  });
});

test('a player that fails is an output that failed', async () => {
  const env = await installPlayer('mpv', 'echo no sound card >&2; exit 1');
  const { code, stderr } = await say(['Five.'], undefined, env);
  expect(code).toBe(73);
  expect(stderr).toContain('could not play the sound: no sound card');
});

test('an output that cannot be written is refused before a job is made', async () => {
  const { code, stderr } = await say(['Seven.', '-o', 'no/such/folder/x.wav', '--label', 'none']);
  expect({ code, says: stderr.includes("mkdir -p 'no/such/folder'") }).toEqual({ code: 73, says: true });
  expect(await list('none')).toEqual([]);
  await writeFile(join(folder, 'plain'), '');
  for (const [output, reason] of [
    [join(folder, 'plain', 'x.wav'), 'plain is not a folder'],
    [join(folder, `${'n'.repeat(300)}.wav`), 'The name is too long'],
    ['/proc/x.wav', '/proc/x.wav cannot be written'],
  ])
    await expect(openDestination(output!)).rejects.toThrow(reason);
});

test('a template is filled in, and a label does not lead out of the folder', async () => {
  await mkdir(join(folder, 'out'));
  const { stdout } = await say(['Eight.', '--label', '../../etc/x', '-o', 'out/{label}.{ext}']);
  expect(stdout).toBe('out/__.._etc_x.wav\n');
  expect(await readdir(join(folder, 'out'))).toEqual(['__.._etc_x.wav']);
});

test('a folder gets a file named after the job; an alias of another server is spoken and named', async () => {
  await mkdir(join(folder, 'many'));
  const { stdout, stderr } = await say(['Nine.', '-v', 'Emily.wav', '-o', 'many']);
  expect(stdout).toMatch(/^many\/[0-9a-f-]{36}\.wav\n$/);
  expect(stderr).toContain('Emily.wav');
});

test('the file behind a link is replaced, not the link; its name without a known ending gives a WAV and a line that says so', async () => {
  await writeFile(join(folder, 'target.wav'), 'old');
  await symlink('target.wav', join(folder, 'link.xyz'));
  expect(await say(['Ten.', '-o', 'link.xyz'])).toMatchObject({
    code: 0,
    stderr: 'tts: link.xyz names no known format; it will be a WAV. Choose another with --format.\n',
  });
  expect((await readFile(join(folder, 'target.wav'))).toString('latin1', 0, 4)).toBe('RIFF');
  expect((await lstat(join(folder, 'link.xyz'))).isSymbolicLink()).toBe(true);
});

test('a device is written to, not replaced', async () => {
  expect(await say(['Ten.', '-o', '/dev/null', '--format', 'wav'])).toMatchObject({ code: 0 });
  expect((await readFile('/dev/null')).length).toBe(0);
});

test('nothing of a download is left beside the files', async () => {
  expect((await readdir(folder)).filter((name) => name.startsWith('.tts-'))).toEqual([]);
});
