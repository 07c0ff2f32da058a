// Streams in the audio elements of a real browser: a page that plays them all and tells a little server of the test what came.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { hasFfmpeg } from '../helpers/ffmpeg.ts';

const PAGE = join(import.meta.dirname, '../helpers/browser-page.html');
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
const SPEECH = { text: 'One, two, three. And four.', seed: '3' };
/** What a browser's clock may be off, and what AAC and MP3 cannot say about their end. */
const SLACK_SEC = 0.15;

interface Played {
  error: string | null;
  /** How often the time was seen to advance. */
  times: number;
  endedAtSec: number;
}

let daemon: Daemon;
let server: Server;
let browser: ChildProcess | undefined;
let profile: string;
const played = Promise.withResolvers<Record<string, Played>>();

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  daemon = await startDaemon();
  profile = await makeDataDir();
  const page = await readFile(PAGE);
  server = createServer(async (request, reply) => {
    if (request.method === 'POST') played.resolve(JSON.parse(await text(request)));
    reply.setHeader('content-type', 'text/html').end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  if (browser?.pid !== undefined) process.kill(-browser.pid, 'SIGKILL');
  server?.close();
  await daemon?.stop();
  await rm(profile ?? '', { recursive: true, force: true, maxRetries: 5 });
  await removeDataDirs();
});

test.skipIf(CHROMIUM === undefined)(
  'every format plays to its end as it streams (needs Chromium)',
  async () => {
    const query = (format: string) => new URLSearchParams({ ...SPEECH, output_format: format });
    const wanted = ['wav', 'mp3', 'opus', 'flac', ...(hasFfmpeg ? ['aac'] : [])];
    const pcm = await daemon.call('GET', `/tts-stream?${query('pcm')}`);
    const lengthSec = pcm.body.length / 2 / 24_000;
    const sources = Object.fromEntries(
      wanted.map((format) => [format, `${daemon.endpoint.http}/tts-stream?${query(format)}`]),
    );
    const { port } = server.address() as AddressInfo;
    const address = `http://127.0.0.1:${port}/?sources=${encodeURIComponent(JSON.stringify(sources))}`;
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--mute-audio', '--no-first-run'];
    browser = spawn(
      CHROMIUM!,
      [...flags, '--autoplay-policy=no-user-gesture-required', `--user-data-dir=${profile}`, address],
      { stdio: 'ignore', detached: true },
    );
    const results = await played.promise;
    expect(Object.keys(results).sort()).toEqual(wanted.sort());
    for (const [format, { error, times, endedAtSec }] of Object.entries(results)) {
      expect([format, error]).toEqual([format, null]);
      expect(times, format).toBeGreaterThan(2);
      expect(Math.abs(endedAtSec - lengthSec), `${format} ended at ${endedAtSec}`).toBeLessThan(SLACK_SEC);
    }
  },
);
