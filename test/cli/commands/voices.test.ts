// tts voices and the verbs below it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTts } from '../../helpers/cli.ts';
import { makeToneWav } from '../../helpers/clips.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { hasTmux, openTerminal } from '../../helpers/terminal.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

let daemon: Daemon;
const tts = (...args: string[]) => runTts(args, { env: daemon.env, cwd: daemon.dataDir });

beforeAll(async () => {
  daemon = await startDaemon();
  writeFileSync(join(daemon.dataDir, 'anna.wav'), makeToneWav({ sec: 0.5 }));
  writeFileSync(join(daemon.dataDir, 'letter.wav'), 'Dear Anna');
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('a clip is added under the name of its file, shown, listed, spoken with and removed', async () => {
  expect(await tts('voices', 'add', 'anna.wav', '--consent', '--licence', 'CC0-1.0')).toMatchObject({
    code: 0,
    stdout: 'anna added: anna, a clip of 0.5 s; heart speaks for it, as no model here can clone\n',
    stderr: '',
  });
  expect((await tts('voices', 'show', 'anna')).stdout).toMatch(
    /^clip +anna\.wav, 0\.5 s, 24000 Hz\nlicence +CC0-1\.0\nconsent +of the speaker, recorded 2\d{3}-\d\d-\d\d$/m,
  );
  expect((await tts('voices', 'list', '-q')).stdout.split('\n')).toContain('anna');
  expect((await tts('voices', '-q')).stdout).toBe((await tts('voices', 'list', '-q')).stdout);
  const said = await tts('say', '-v', 'anna', '-o', 'said.wav', 'Hello.');
  expect(said).toMatchObject({ code: 0, stderr: expect.stringContaining('anna is spoken by heart') });
  expect(await tts('voices', 'rm', 'anna')).toMatchObject({ code: 0, stdout: 'anna removed\n' });
  expect(await tts('voices', 'show', 'anna')).toMatchObject({ code: 3, stdout: '' });
});

test('a voice at another pace is added, previewed into a file and to stdout', async () => {
  const added = await tts(
    'voices',
    'add',
    '--name',
    'In a hurry',
    '--based-on',
    'heart',
    '--speed',
    '2',
    '--json',
  );
  expect(JSON.parse(added.stdout)).toMatchObject({
    id: 'in-a-hurry',
    kind: 'preset',
    defaults: { speed: 2 },
  });
  expect(await tts('voices', 'preview', 'In a hurry', '-o', 'fast.wav')).toMatchObject({
    code: 0,
    stdout: 'fast.wav\n',
  });
  expect(await tts('voices', 'preview', 'heart', '-o', 'heart.mp3')).toMatchObject({
    code: 0,
    stdout: 'heart.mp3\n',
  });
  expect(parseWav(readFileSync(join(daemon.dataDir, 'fast.wav'))).samples.length).toBeGreaterThan(10_000);
  expect(readFileSync(join(daemon.dataDir, 'heart.mp3')).length).toBeGreaterThan(5000);
  expect((await tts('voices', 'preview', 'heart', '-o', '-')).stdout).toMatch(/^RIFF/);
});

test.each<[string, string[], number, RegExp]>([
  ['a text called .wav', ['add', 'letter.wav', '--consent'], 2, /not audio/],
  ['a clip that nobody has spoken for', ['add', 'anna.wav'], 2, /agrees to be cloned.*--consent/],
  ['a file that is not there', ['add', 'nobody.wav'], 2, /nobody\.wav cannot be read/],
  ['a folder', ['add', '.'], 2, /cannot be read/],
  ['nothing at all', ['add'], 2, /Give a clip/],
  ['a name that is taken', ['add', '--name', 'heart'], 2, /There is a voice/],
  ['a pace out of range', ['add', '--name', 'x', '--speed', '9'], 2, /speed/],
  ['removing a voice that ships', ['rm', 'heart'], 2, /ships with ttsd/],
  ['removing nobody', ['rm', 'nobody'], 3, /There is no voice "nobody"/],
  ['a preview of nobody', ['preview', 'nobody'], 3, /There is no voice "nobody"/],
  ['an unknown verb', ['clone'], 2, /clone/],
])('%s: one line, and the right exit code', async (_what, args, code, says) => {
  const result = await tts('voices', ...args);
  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
  expect(result.stderr.trim().split('\n').length).toBe(1);
});

test.skipIf(!hasTmux)(
  'a terminal is asked for consent and licence; without consent nothing is taken',
  async () => {
    writeFileSync(join(daemon.dataDir, 'rosa.wav'), makeToneWav({ sec: 0.4 }));
    const terminal = openTerminal(daemon.env);
    try {
      const add = `"$NODE" "$TTS" voices add '${join(daemon.dataDir, 'rosa.wav')}'`;
      terminal.run(`clear; ${add}`);
      await terminal.see('Has the speaker of rosa.wav agreed to be cloned? [y/N]');
      terminal.press('n', 'Enter');
      await terminal.see('rosa.wav is not taken: its speaker has to agree first.');
      terminal.run(`clear; ${add}`);
      await terminal.see('agreed to be cloned? [y/N]');
      terminal.press('y', 'Enter');
      await terminal.see('Licence of the recording');
      terminal.press('CC0-1.0', 'Enter');
      await terminal.see('rosa added');
    } finally {
      terminal.close();
    }
    const rosa = JSON.parse((await tts('voices', 'show', 'rosa', '--json')).stdout);
    expect(rosa).toMatchObject({ licence: 'CC0-1.0', consent_at: expect.stringMatching(/^2/) });
  },
);
