// Real voices made as loud as a job asks for.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureLufs } from '../../../src/engine/audio/loudness.ts';
import { readSamples } from '../../../src/engine/audio/pcm.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';

const RATE_HZ = 24_000;
const TEXT =
  'The ferry leaves from the second pier, just behind the fish market. Have you ever seen the northern lights? The museum opens at 9:30 and closes at 5 pm.';

let daemon: Daemon;

beforeAll(async () => {
  const config = join(await makeDataDir(), 'config.yaml');
  await writeFile(config, '');
  daemon = await startDaemon({ config });
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test.each(['heart', 'poppy', 'bruno'])('%s is as loud as was asked for', async (voice) => {
  const pcm = await speak({ voice, loudness: -16 });
  expect(Math.abs(measure(pcm) + 16)).toBeLessThan(1);
});

test('the same text is made anew for another loudness, and is as it always was without one', async () => {
  const plain = await speak({ voice: 'heart' });
  const soft = await speak({ voice: 'heart', loudness: -24 });
  const loud = await speak({ voice: 'heart', loudness: -14 });
  expect(Math.abs(measure(soft) + 24)).toBeLessThan(1);
  expect(Math.abs(measure(loud) + 14)).toBeLessThan(1);
  expect(await speak({ voice: 'heart' })).toEqual(plain);
});

test('a loudness outside the range is brought into it, with a warning; a word is refused', async () => {
  const submitted = await daemon.call('POST', '/v1/jobs', { text: 'Hello.', loudness: 3 });
  const [accepted] = submitted.json<{ jobs: { job: { warnings: string[] } }[] }>().jobs;
  expect(accepted!.job.warnings).toEqual(['loudness 3 is outside -30 to -12; -12 was used.']);
  const refused = await daemon.call('POST', '/v1/jobs', { text: 'Hello.', loudness: 'loud' });
  expect(refused.status).toBe(422);
  expect(refused.body.toString()).toContain('loudness');
});

test('a saved setting holds for jobs that say nothing, and a job that says 0 is as its voice is', async () => {
  const plain = await speak({ voice: 'heart', loudness: 0 });
  const saved = await daemon.call('POST', '/save_settings', { audio_output: { loudness: -14 } });
  expect(saved.json()).toMatchObject({ restart_needed: false });
  expect(Math.abs(measure(await speak({ voice: 'heart' })) + 14)).toBeLessThan(1);
  expect(await speak({ voice: 'heart', loudness: 0 })).toEqual(plain);
});

async function speak(wish: { voice: string; loudness?: number }): Promise<Buffer> {
  const reply = await daemon.call('POST', '/v1/audio/speech', {
    input: TEXT,
    response_format: 'pcm',
    seed: 1,
    ...wish,
  });
  expect(reply.status).toBe(200);
  return reply.body;
}

function measure(pcm: Buffer): number {
  return measureLufs(
    Float32Array.from(readSamples(pcm), (sample) => sample / 32_768),
    RATE_HZ,
  );
}
