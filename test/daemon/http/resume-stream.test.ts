// A stream that was cut goes on at the byte where it stopped, and a listener who stands still holds nothing up.

import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { hasFfmpeg } from '../../helpers/ffmpeg.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';

/** Said over and over: every chunk but the first is found in the cache, so that a long text takes seconds. */
const REFRAIN =
  'The harbour lay still under a thin sheet of morning fog, and nobody had come down to the boats as yet. ';

/** The engine takes its time over the last sentence, so that the job still renders when its beginning was heard. */
const UNHURRIED = `${makeProse(200)} And then, unhurriedly, the end.`;

let daemon: Daemon;

beforeAll(async () => {
  daemon = await startDaemon({ env: { TTSD_FAULT: 'slow:unhurriedly' } });
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function submit(format: string, text: string, chunkSize?: number): Promise<string> {
  const job = { text, seed: randomInt(1, 2 ** 31), format, chunk_size: chunkSize };
  const reply = await daemon.call('POST', '/v1/jobs', job);
  return reply.json<{ jobs: { job: { id: string } }[] }>().jobs[0]!.job.id;
}

async function getState(id: string) {
  return (await daemon.call('GET', `/v1/jobs/${id}`)).json<{ state: string; progress: number }>();
}

function openStream(id: string, headers: Record<string, string> = {}) {
  return request(`${daemon.endpoint.http}/v1/jobs/${id}/stream`, { headers });
}

/** Reads at least so many bytes, then breaks the connection. */
async function readPart(id: string, atLeast: number, headers: Record<string, string> = {}) {
  const { body, ...reply } = await openStream(id, headers);
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length >= atLeast) break;
  }
  body.destroy();
  return { bytes: Buffer.concat(parts), ...reply };
}

describe.each(['wav', 'pcm', 'mp3', 'opus', 'flac', ...(hasFfmpeg ? ['aac'] : [])])('%s', (format) => {
  test('cut at any byte, while the job renders and afterwards, it goes on to the same whole', async () => {
    const id = await submit(format, UNHURRIED, 50);
    const { bytes, headers } = await readPart(id, randomInt(1, 20_000));
    expect((await getState(id)).state).toBe('running');
    expect(headers['accept-ranges']).toBe('bytes');
    // Any byte, not only where a part of the stream happened to end.
    const cut = randomInt(1, bytes.length + 1);
    const {
      statusCode,
      headers: more,
      body,
    } = await openStream(id, {
      range: `bytes=${cut}-`,
      'if-range': headers.etag as string,
    });
    expect(statusCode).toBe(206);
    expect(more['content-range']).toMatch(new RegExp(`^bytes ${cut}-\\d+/\\*$`));
    const resumed = Buffer.concat([bytes.subarray(0, cut), Buffer.from(await body.arrayBuffer())]);

    const whole = (await daemon.call('GET', `/v1/jobs/${id}/stream`)).body;
    expect(resumed.equals(whole)).toBe(true);
    const later = randomInt(1, whole.length);
    const rest = await daemon.call('GET', `/v1/jobs/${id}/stream`, undefined, { range: `bytes=${later}-` });
    expect(rest.body.equals(whole.subarray(later))).toBe(true);
    const middle = await daemon.call('GET', `/v1/jobs/${id}/stream`, undefined, {
      range: `bytes=${later - 1}-${later}`,
    });
    expect(middle.body.equals(whole.subarray(later - 1, later + 1))).toBe(true);
    const behind = await daemon.call('GET', `/v1/jobs/${id}/stream`, undefined, {
      range: `bytes=${whole.length}-`,
    });
    expect([behind.status, behind.headers['content-range']]).toEqual([416, `bytes */${whole.length}`]);
  });
});

test('a part of another stream is no part of this one: the whole is sent', async () => {
  const id = await submit('wav', makeProse(200));
  const whole = (await daemon.call('GET', `/v1/jobs/${id}/stream`)).body;
  for (const headers of [
    { range: 'bytes=10-', 'if-range': '"something-else"' },
    { range: 'bytes=0-' },
    { range: 'bytes=-5' },
    { range: 'bytes=9-3' },
    { range: 'bytes=0-1,5-6' },
    { range: 'lines=1-' },
  ]) {
    const reply = await daemon.call('GET', `/v1/jobs/${id}/stream`, undefined, headers);
    expect([headers.range, reply.status, reply.body.equals(whole)]).toEqual([headers.range, 200, true]);
  }
});

test('a listener who stands still holds neither memory nor the queue', async () => {
  // So long that what is held of it cannot be taken for garbage that is not collected yet, which may be 120 MiB.
  const id = await submit('wav', REFRAIN.repeat(1500));
  const stalled = await stall(`/v1/jobs/${id}/stream`);
  const beforeMib = readRssMib(daemon.endpoint.pid);
  const aside = await daemon.call('POST', '/v1/audio/speech', {
    model: 'tts-1',
    input: 'Quickly.',
    voice: 'nova',
  });
  expect(aside.status).toBe(200);
  await waitFor('the job to complete', async () => (await getState(id)).state === 'completed');
  const growthMib = readRssMib(daemon.endpoint.pid) - beforeMib;
  const { size } = await stalled.leave();
  const { result } = (await daemon.call('GET', `/v1/jobs/${id}`)).json<{ result: { bytes: number } }>();
  // What the kernel holds for him, and no more.
  expect(size).toBeLessThan(result.bytes / 4);
  const resultMib = result.bytes / 2 ** 20;
  expect(resultMib).toBeGreaterThan(375);
  expect(growthMib).toBeLessThan(resultMib / 2);
});

/** Opens a stream, reads the first kilobyte and then nothing more, until he leaves. */
async function stall(path: string): Promise<{ leave(): Promise<{ size: number }> }> {
  const { hostname, port } = new URL(daemon.endpoint.http);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  let size = 0;
  await new Promise<void>((resolve) => {
    socket.on('data', (part: Buffer) => {
      size += part.length;
      if (size < 1024) return;
      socket.pause();
      resolve();
    });
  });
  return {
    async leave() {
      socket.destroy();
      return { size };
    },
  };
}

function readRssMib(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line![1]) / 1024;
}
