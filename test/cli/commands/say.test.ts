import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseJobs, runTts, startTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

let daemon: Daemon;
let folder: string;
const say = (args: string[], stdin?: string | Uint8Array, env: Record<string, string> = {}) =>
  runTts(['say', ...args], {
    env: { ...daemon.env, PATH: '/nonexistent', ...env },
    cwd: folder,
    ...(stdin === undefined ? {} : { stdin }),
  });

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

test('--json gives the job with its file and -q the bare id', async () => {
  const json = await say(['One.', '-o', 'one.wav', '--json']);
  const [job] = parseJobs(json.stdout);
  expect(job).toMatchObject({ state: 'completed', class: 'interactive', file: 'one.wav' });
  const quiet = await say(['One.', '-o', 'one.wav', '-q']);
  expect(quiet.stdout).toMatch(/^[0-9a-f-]{36}\n$/);
});

test('the text comes from a file, or from stdin, without its byte order mark', async () => {
  await writeFile(join(folder, 'text.txt'), '\uFEFFFrom a file.');
  const file = await say(['-f', 'text.txt', '-o', 'a.wav', '--json']);
  expect(parseJobs(file.stdout)[0]!.text_preview).toBe('From a file.');
  const piped = await say(['-o', 'b.wav', '--json'], 'From a pipe.\n');
  expect(parseJobs(piped.stdout)[0]!.text_preview).toBe('From a pipe.');
  const dash = await say(['-f', '-', '-o', 'b.wav', '--json'], 'From a dash.');
  expect(parseJobs(dash.stdout)[0]!.text_preview).toBe('From a dash.');
});

test('the parameters arrive at the job', async () => {
  const { stdout } = await say([
    'Two.',
    '-o',
    'two.wav',
    '--speed',
    '1.25',
    '--seed',
    '42',
    '--label',
    'mine',
    '--json',
  ]);
  expect(parseJobs(stdout)[0]).toMatchObject({ speed: 1.25, seed: 42, label: 'mine' });
});

test('-o - writes the bare sound to stdout', async () => {
  const { code, stdout, stderr } = await say(['Three.', '-o', '-']);
  expect({ code, stderr, head: stdout.slice(0, 4) }).toEqual({ code: 0, stderr: '', head: 'RIFF' });
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

test.each(['ffplay', 'mpv', 'paplay', 'aplay'])(
  'without -o the sound is played by %s, whole',
  async (name) => {
    const env = await installPlayer(name, `cat > '${folder}/played'; echo "$@" > '${folder}/flags'`);
    expect(await say(['Five.', '--seed', '5'], undefined, env)).toMatchObject({ code: 0, stderr: '' });
    const sound = await readFile(join(folder, 'played'));
    await say(['Five.', '--seed', '5', '-o', 'five.pcm']);
    const samples = await readFile(join(folder, 'five.pcm'));
    const isRaw = /raw/.test(await readFile(join(folder, 'flags'), 'utf8'));
    expect(isRaw ? sound : sound.subarray(44)).toEqual(samples);
    expect(isRaw).toBe(name.endsWith('aplay'));
  },
);

test('it is heard from its first chunk on, long before the last is made; Ctrl-C ends both', async () => {
  const env = await installPlayer('mpv', `head -c 40000 > '${folder}/first'; exec cat > /dev/null`);
  const running = startTts(['say', '--label', 'long'], {
    env: { ...daemon.env, ...env },
    stdin: makeProse(150_000),
  });
  const [job] = await waitFor('the first sound', async () => {
    const size = await stat(join(folder, 'first')).then(
      (found) => found.size,
      () => 0,
    );
    return (
      size === 40_000 &&
      parseJobs((await runTts(['list', '--label', 'long', '--json'], { env: daemon.env })).stdout)
    );
  });
  expect(job!.state).toBe('running');
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
});

test('tts play lets a finished job be heard, and says when there is nothing to hear or to hear it with', async () => {
  const env = await installPlayer('aplay', `cat > '${folder}/played'`);
  const id = (await say(['Six.', '-o', 'six.pcm', '-q'])).stdout.trim();
  const play = (...args: string[]) => runTts(['play', ...args], { env: { ...daemon.env, ...env } });
  expect(await play(id)).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(await readFile(join(folder, 'played'))).toEqual(await readFile(join(folder, 'six.pcm')));
  const later = (await runTts(['enqueue', 'Later.', '--in', '1h'], { env: daemon.env })).stdout.trim();
  await runTts(['cancel', later], { env: daemon.env });
  expect(await play(later)).toMatchObject({ code: 4, stderr: `tts: Job ${later} was cancelled.\n` });
  expect(await runTts(['play', id], { env: { ...daemon.env, PATH: '/nonexistent' } })).toMatchObject({
    code: 73,
    stderr:
      'tts: No player is installed (ffplay, mpv, paplay, aplay, afplay). Write a file instead: -o FILE\n',
  });
});

test('a player that fails is an output that failed', async () => {
  const programs = join(folder, 'broken');
  await mkdir(programs);
  await writeFile(join(programs, 'mpv'), '#!/bin/sh\necho no sound card >&2\nexit 1\n');
  await chmod(join(programs, 'mpv'), 0o755);
  const { code, stderr } = await say(['Six.'], undefined, { PATH: programs });
  expect(code).toBe(73);
  expect(stderr).toContain('could not play the sound: no sound card');
});

test('an output that cannot be written is refused before a job is made', async () => {
  const before = parseJobs((await runTts(['list', '--json'], { env: daemon.env })).stdout).length;
  await writeFile(join(folder, 'plain'), '');
  for (const [output, reason] of [
    ['no/such/folder/x.wav', "mkdir -p 'no/such/folder'"],
    ['plain/x.wav', 'plain is not a folder'],
    [`${'n'.repeat(300)}.wav`, 'The name is too long'],
    ['/proc/x.wav', '/proc/x.wav cannot be written'],
  ]) {
    const { code, stderr } = await say(['Seven.', '-o', output!]);
    expect(stderr).toContain(reason);
    expect(code).toBe(73);
  }
  expect(parseJobs((await runTts(['list', '--json'], { env: daemon.env })).stdout)).toHaveLength(before);
});

test('a template is filled in, and a label does not lead out of the folder', async () => {
  await mkdir(join(folder, 'out'));
  const { stdout } = await say(['Eight.', '--label', '../../etc/x', '-o', 'out/{label}.{ext}']);
  expect(stdout).toBe('out/__.._etc_x.wav\n');
  expect(await readdir(join(folder, 'out'))).toEqual(['__.._etc_x.wav']);
});

test('a folder gets a file named after the job', async () => {
  await mkdir(join(folder, 'many'));
  const { stdout } = await say(['Nine.', '-o', 'many']);
  expect(stdout).toMatch(/^many\/[0-9a-f-]{36}\.wav\n$/);
});

test('the file behind a link is replaced, not the link; a device is written to, not replaced', async () => {
  await writeFile(join(folder, 'target.wav'), 'old');
  await symlink('target.wav', join(folder, 'link.wav'));
  expect(await say(['Ten.', '-o', 'link.wav'])).toMatchObject({ code: 0 });
  expect((await readFile(join(folder, 'target.wav'))).toString('latin1', 0, 4)).toBe('RIFF');
  expect(await say(['Ten.', '-o', '/dev/null', '--format', 'wav'])).toMatchObject({ code: 0 });
  expect((await readFile('/dev/null')).length).toBe(0);
});

test('a file name without a known extension gives a WAV and a line that says so', async () => {
  const { code, stderr } = await say(['Eleven.', '-o', 'sound.xyz']);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'tts: sound.xyz names no known format; it will be a WAV. Choose another with --format.\n',
  });
});

test('an alias of another server is spoken and named', async () => {
  const { code, stderr } = await say(['Twelve.', '-v', 'Emily.wav', '-o', 'emily.wav']);
  expect(code).toBe(0);
  expect(stderr).toContain('Emily.wav');
});

test('nothing of a download is left beside the files', async () => {
  expect((await readdir(folder)).filter((name) => name.startsWith('.tts-'))).toEqual([]);
});
