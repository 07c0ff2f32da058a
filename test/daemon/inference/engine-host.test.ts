// A real engine host with the real embedded voice, and what happens when it is stuck, killed or given a bad model.
import { cpSync, mkdtempSync, truncateSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { EngineHost, HostDied } from '../../../src/daemon/inference/engine-host.ts';
import { makeChatterbox } from '../../helpers/chatterbox-models.ts';

const MODEL_DIR = join(import.meta.dirname, '../../../models/hibari');
const INPUT = { text: 'Hello there.', speaker: 'heart', speed: 1, seed: 5, params: {} };
const never = new AbortController().signal;

const hosts: EngineHost[] = [];

afterEach(() => {
  for (const host of hosts.splice(0)) host.kill('the test is over');
});

function start(modelDir = MODEL_DIR): EngineHost {
  const host = new EngineHost({ modelDir, memoryBytes: 1, log: pino({ level: 'silent' }), onExit: () => {} });
  hosts.push(host);
  return host;
}

test('gives the audio of a chunk as 16-bit samples, the same for the same seed', async () => {
  const host = start();
  await host.ready;
  const [first, second] = await Promise.all([
    host.synthesize(INPUT, { deadlineMs: 20_000, signal: never }),
    host.synthesize(INPUT, { deadlineMs: 20_000, signal: never }),
  ]);
  expect(first.sampleRateHz).toBe(24_000);
  expect(first.pcm.byteLength).toBeGreaterThan(20_000);
  expect(Buffer.compare(first.pcm, second.pcm)).toBe(0);
  expect(first.words.map(({ start, end }) => INPUT.text.slice(start, end))).toEqual(['Hello', 'there']);
});

test('a host that is stuck is killed when the deadline of its chunk has passed; the chunk behind it is not to blame', async () => {
  const host = start();
  await host.ready;
  process.kill(host.pid!, 'SIGSTOP');
  const stuck = host.synthesize(INPUT, { deadlineMs: 300, signal: never });
  const behind = host.synthesize(INPUT, { deadlineMs: 300, signal: never });
  const errors = await Promise.all([stuck, behind].map((chunk) => chunk.catch((error: unknown) => error)));
  for (const error of errors) expect(error).toBeInstanceOf(HostDied);
  expect(errors).toMatchObject([
    { inHand: true, onPurpose: false, message: expect.stringContaining('passed the deadline') },
    { inHand: false, onPurpose: false },
  ]);
});

test('killing it on purpose blames no chunk', async () => {
  const host = start();
  await host.ready;
  const chunk = host
    .synthesize(INPUT, { deadlineMs: 20_000, signal: never })
    .catch((error: unknown) => error);
  host.kill('was killed by a cancel');
  expect(await chunk).toMatchObject({ name: 'HostDied', onPurpose: true });
});

test('a chunk that is aborted before its turn is not made', async () => {
  const host = start();
  await host.ready;
  const abort = new AbortController();
  const long = host.synthesize(
    { ...INPUT, text: 'A sentence that takes a while. '.repeat(8) },
    { deadlineMs: 20_000, signal: never },
  );
  const dropped = host
    .synthesize(INPUT, { deadlineMs: 20_000, signal: abort.signal })
    .catch((error: unknown) => error);
  abort.abort();
  expect(await dropped).toBeInstanceOf(Error);
  expect((await long).pcm.byteLength).toBeGreaterThan(100_000);
});

test('a model with a file cut short is refused, and the file is named', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ttsd-model-'));
  cpSync(MODEL_DIR, dir, { recursive: true });
  truncateSync(join(dir, 'acoustic.onnx'), 1000);
  const host = start(dir);
  await expect(host.ready).rejects.toMatchObject({
    code: 'model_unusable',
    message: expect.stringMatching(/acoustic\.onnx has 1000 bytes, expected \d+\. Reinstall/),
  });
});

test('a chunk of a model that draws its speech is told of while it is made, and its parts are what it is', async () => {
  const modelDir = await makeChatterbox('turbo');
  onTestFinished(() => rm(modelDir, { recursive: true }));
  const host = start(modelDir);
  await host.ready;
  const parts: Buffer[] = [];
  const shares: number[] = [];
  const { pcm } = await host.synthesize(
    {
      text: 'The harbour lay quiet, and the last boat came home.',
      speaker: 'default',
      speed: 1,
      seed: 1,
      params: {},
    },
    {
      deadlineMs: 20_000,
      signal: never,
      onPart: (part) => parts.push(part),
      onProgress: (share) => shares.push(share),
    },
  );
  expect(parts.length).toBeGreaterThan(2);
  expect(Buffer.concat(parts).equals(pcm)).toBe(true);
  expect(shares.length).toBeGreaterThan(0);
});
