import { afterAll, beforeAll, expect, test } from 'vitest';
import { showControls, showControlsInLines } from '../../src/cli/control-characters.ts';
import { fillFields } from '../../src/cli/template.ts';
import { parseJobs, runTts } from '../helpers/cli.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../helpers/daemon.ts';

const TITLE = '\x1b]0;taken over\x07 \x7f\x9b2J';
const SHOWN_TITLE = '␛]0;taken over␇ ␡�2J';

let daemon: Daemon;
const tts = (...args: string[]) => runTts(args, { env: daemon.env });

beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('control characters become visible ones of the same width; everything else stays', () => {
  expect(showControls(TITLE)).toBe(SHOWN_TITLE);
  expect(showControls('a\tb\nc\r')).toBe('a␉b␊c␍');
  expect(showControls('Grüße, 世界 👋🏽')).toBe('Grüße, 世界 👋🏽');
  expect(showControlsInLines('one\x1b\ntwo')).toBe('one␛\ntwo');
});

test('a label and a text from elsewhere do not reach the terminal as commands; --json has them whole', async () => {
  const { stdout } = await tts('enqueue', `Hello ${TITLE}`, '--label', TITLE, '--in', '1h');
  const id = stdout.trim();
  const shown = [await tts('status'), await tts('list'), await tts('status', id)];
  for (const { stdout } of shown) {
    expect(stdout).toContain(SHOWN_TITLE);
    expect(stdout.replaceAll('\n', '')).toBe(showControls(stdout.replaceAll('\n', '')));
  }
  expect(parseJobs((await tts('list', '--json')).stdout)[0]!.label).toBe(TITLE);
});

test('nor does a file name made of such a label', async () => {
  const job = { id: 'a1', label: TITLE, voice: 'heart', format: 'wav', text_preview: TITLE } as const;
  expect(fillFields('{label}.{ext}', job, { n: 1 })).toBe('_]0;taken over_ __2J.wav');
  expect(fillFields('{slug}.{ext}', job, { n: 1 })).toBe('0-taken-over-2j.wav');
});

test('nor do those in a message', async () => {
  const { code, stderr } = await tts('list', '--state', TITLE);
  expect(code).toBe(2);
  expect(stderr).toContain(`got "${SHOWN_TITLE}"`);
});
