// Every format through a real daemon: as a finished file and as a stream.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { decodeAudio, hasFfmpeg, hasSox, probe, readWithSox } from '../../helpers/ffmpeg.ts';
import { measureSnrDb } from '../../helpers/pcm.ts';

const RATE_HZ = 24_000;
const SPEECH = { text: 'The harbour was quiet. Nobody had come down to the boats yet.', seed: 7 };
/** What the decoded audio must have in common with the PCM, in dB; FLAC and WAV are exact. */
const LEAST_SNR_DB = { wav: 100, flac: 100, mp3: 10, opus: 5 };
const FORMATS = Object.keys(LEAST_SNR_DB) as (keyof typeof LEAST_SNR_DB)[];

let daemon: Daemon;
let pcm: Buffer;

async function speak(output_format: string, { stream = false, from = daemon } = {}) {
  return from.call('POST', '/tts', { ...SPEECH, output_format, stream });
}

beforeAll(async () => {
  daemon = await startDaemon();
  pcm = (await speak('pcm')).body;
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

describe.skipIf(!hasFfmpeg).each(FORMATS)('%s (needs ffmpeg)', (format) => {
  test('a file plays, says how long it is, and has the hash that the daemon says', async () => {
    const reply = await speak(format);
    expect(reply.status).toBe(200);
    expect(reply.headers.etag).toContain(createHash('sha256').update(reply.body).digest('hex'));
    const decoded = await decodeAudio(reply.body, { format, rateHz: RATE_HZ });
    expect(decoded.length).toBe(pcm.length);
    expect(measureSnrDb(pcm, decoded)).toBeGreaterThan(LEAST_SNR_DB[format]);
    const file = join(await makeDataDir(), `speech.${format}`);
    await writeFile(file, reply.body);
    // ffprobe counts the encoder's delay of MP3 as part of the duration, though it does not play it.
    const slackSec = format === 'mp3' ? 0.08 : 0.03;
    expect(Math.abs(probe(file).durationSec - pcm.length / 2 / RATE_HZ)).toBeLessThan(slackSec);
  });

  test('a stream plays to its end', async () => {
    const whole = (await speak('pcm', { stream: true })).body;
    const reply = await speak(format, { stream: true });
    expect(reply.status).toBe(200);
    const decoded = await decodeAudio(reply.body, { format, rateHz: RATE_HZ });
    const excessSec = (decoded.length - whole.length) / 2 / RATE_HZ;
    expect(excessSec).toBeGreaterThanOrEqual(0);
    expect(excessSec).toBeLessThan(0.03);
    expect(measureSnrDb(whole, decoded)).toBeGreaterThan(LEAST_SNR_DB[format]);
  });
});

test.skipIf(!hasFfmpeg)('AAC plays, at most 30 ms longer (needs ffmpeg)', async () => {
  for (const stream of [false, true]) {
    const reply = await speak('aac', { stream });
    expect(reply.status).toBe(200);
    const { length } = stream ? (await speak('pcm', { stream })).body : pcm;
    const decoded = await decodeAudio(reply.body, { format: 'aac', rateHz: RATE_HZ });
    expect(Math.abs(decoded.length - length) / 2 / RATE_HZ).toBeLessThan(0.03);
  }
});

test.skipIf(!hasSox).each(['wav', 'flac'])('SoX reads a %s stream to the bit (needs SoX)', async (format) => {
  const whole = (await speak('pcm', { stream: true })).body;
  const { body } = await speak(format, { stream: true });
  expect(readWithSox(body, format).equals(whole)).toBe(true);
});

test('AAC without ffmpeg is refused with a way out, and the rest works', async () => {
  const path = await mkdtemp(join(tmpdir(), 'ttsd-path-'));
  await symlink(process.execPath, join(path, 'node'));
  const bare = await startDaemon({ env: { PATH: path } });
  try {
    const refused = await speak('aac', { from: bare });
    expect(refused.status).toBe(422);
    expect(refused.json<{ error: object }>().error).toMatchObject({
      code: 'format_unavailable',
      message: expect.stringMatching(/Install ffmpeg.*or use one of wav, mp3, opus, flac/),
    });
    expect((await speak('mp3', { from: bare })).status).toBe(200);
  } finally {
    await bare.stop();
    await rm(path, { recursive: true });
  }
});
