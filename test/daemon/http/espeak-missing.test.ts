// Models whose languages need a program that is not installed: jobs are refused when they come, not when they are made.
import { hash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';

let daemon: Daemon;

beforeAll(async () => {
  const dataDir = await makeDataDir();
  await addVoice(dataDir, 'anna', 'de-DE', { phoneme_type: 'espeak', espeak: { voice: 'de' } });
  await addVoice(dataDir, 'joe', 'en-US', { phoneme_type: 'espeak', espeak: { voice: 'en-us' } });
  await addVoice(dataDir, 'oksana', 'uk-UA', { phoneme_type: 'text' });
  daemon = await startDaemon({ dataDir, env: { PATH: '/nonexistent' } });
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('a job in a language that needs espeak-ng is refused with the remedy, and leaves nothing behind', async () => {
  const reply = await daemon.call('POST', '/v1/jobs', { text: 'Guten Tag.', voice: 'anna' });
  expect(reply.status).toBe(422);
  expect(reply.json<{ error: { message: string } }>().error.message).toMatch(
    /^language: de-DE with model voice-anna needs the program espeak-ng.*apt install espeak-ng/,
  );
  expect((await daemon.call('GET', '/v1/jobs')).json<{ jobs: unknown[] }>().jobs).toEqual([]);
});

test('English, which is read by our own front end, and voices that take letters are accepted', async () => {
  for (const voice of ['joe', 'oksana']) {
    const reply = await daemon.call('POST', '/v1/jobs', { text: 'Hello.', voice });
    expect(reply.status).toBe(201);
  }
});

/** Never loaded: of the graph there is only a name. */
async function addVoice(dataDir: string, speaker: string, language: string, config: object): Promise<void> {
  const dir = join(dataDir, 'models', `voice-${speaker}`);
  const audio = { sample_rate: 22_050 };
  const files = {
    'voice.onnx': 'no graph',
    'voice.onnx.json': JSON.stringify({
      audio,
      phoneme_id_map: { _: [0], '^': [1], $: [2], a: [3] },
      ...config,
    }),
  };
  await mkdir(dir, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
  const manifest = {
    id: `voice-${speaker}`,
    name: speaker,
    revision: '1',
    engine: 'piper',
    licence: 'CC0-1.0',
    languages: [language],
    sampleRateHz: 22_050,
    parameters: {},
    speakers: [{ id: speaker, name: speaker, language, gender: 'neutral' }],
    files: Object.fromEntries(
      Object.entries(files).map(([name, content]) => [
        name,
        { bytes: content.length, sha256: hash('sha256', content) },
      ]),
    ),
  };
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
}
