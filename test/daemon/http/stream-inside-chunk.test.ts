// Listening to a sentence while it is made: what was heard is what is kept, whatever happens in the middle of it. Each engine host hangs in
// the middle of its second chunk until it is killed, so that there is all the time there is to listen.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../../src/api/job.ts';
import { makeConstant, makeNode, readGraph } from '../../../src/engine/model/graph/onnx.ts';
import { CHATTERBOX_FIXTURES, CLIP_PATH, putTinyTurbo } from '../../helpers/chatterbox-models.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { findHostPid } from '../../helpers/engine-host.ts';
import { sendForm } from '../../helpers/form.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const WAV_HEADER_BYTES = 44;
const TEXT = 'Home again.';
/** With the long ones a tiny model says the text in two parts and a little. */
const SEEDS = { brief: 2, long: [6, 8, 11] } as const;

let daemon: Daemon;

beforeAll(async () => {
  const dataDir = await makeDataDir();
  await putTinyTurbo(dataDir);
  await putTinyTurbo(dataDir, {
    id: 'hissing-turbo',
    replace: { 'onnx/conditional_decoder.onnx': makeHissingDecoder() },
  });
  const config = join(dataDir, 'config.yaml');
  // One host at a time: the one to kill.
  writeFileSync(config, 'tts_engine:\n  max_models_loaded: 1\n');
  daemon = await startDaemon({ dataDir, config, env: { TTSD_FAULT: 'hang-in@2' } });
  await sendForm(daemon, '/v1/voices', [
    { field: 'name', value: 'Anna' },
    { field: 'file', name: 'anna.wav', file: readFileSync(CLIP_PATH) },
  ]);
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

/** As the real decoder it draws noise that no seed rules. */
function makeHissingDecoder(): Uint8Array {
  const graph = readGraph(
    readFileSync(join(CHATTERBOX_FIXTURES, 'turbo', 'onnx', 'conditional_decoder.onnx')),
  );
  for (const node of graph.nodes)
    node.outputs = node.outputs.map((name) => (name === 'waveform' ? 'pure' : name));
  graph.constants.set('loudness', makeConstant('loudness', Float32Array.of(0.01), [1]));
  graph.nodes.push(
    makeNode('RandomNormalLike', ['pure'], ['noise']),
    makeNode('Mul', ['noise', 'loudness'], ['hiss']),
    makeNode('Add', ['pure', 'hiss'], ['waveform']),
  );
  return graph.write();
}

const find = async (id: string) => (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
const submit = async (body: object) =>
  (
    await daemon.call('POST', '/v1/jobs', {
      text: TEXT,
      voice: 'anna',
      format: 'wav',
      ...body,
    })
  ).json<{ jobs: { job: JobView }[] }>().jobs[0]!.job.id;
const waitForEnd = (id: string) =>
  waitFor('the job to end', async () => {
    const job = await find(id);
    return job.finished_at === null ? undefined : job;
  });
const getResult = async (id: string) => (await daemon.call('GET', `/tts/${id}/result`)).body;

/** Takes what comes; `heardBytes` tells how much that is so far. */
async function listen(path: string, init?: RequestInit) {
  const reply = await fetch(`${daemon.endpoint.http}${path}`, init);
  expect(reply.status).toBe(200);
  const parts: Uint8Array[] = [];
  const listener = { reply, heardBytes: 0, whole: collect() };
  async function collect(): Promise<Buffer> {
    for await (const part of reply.body!) {
      parts.push(part);
      listener.heardBytes += part.length;
    }
    return Buffer.concat(parts);
  }
  listener.whole.catch(() => {});
  return listener;
}

const waitForSound = (listener: { heardBytes: number }) =>
  waitFor('the beginning of the sentence', () => listener.heardBytes > 1000);

async function killHost(): Promise<void> {
  process.kill(await findHostPid(daemon), 'SIGKILL');
}

test('a sentence is heard before it is made, by early, late and slow listeners, and once though its host is killed in it', async () => {
  await waitForEnd(await submit({ model: 'tiny-turbo', seed: SEEDS.brief }));
  const early = await listen('/v1/audio/speech', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      input: TEXT,
      voice: 'anna',
      model: 'tiny-turbo',
      response_format: 'wav',
      stream: true,
      seed: SEEDS.long[0],
    }),
  });
  await waitForSound(early);
  const id = early.reply.headers.get('x-job-id')!;
  expect(await find(id)).toMatchObject({ state: 'running', total_chunks: 1, rendered_sec: 0 });
  const slow = await fetch(`${daemon.endpoint.http}/v1/jobs/${id}/stream`);
  const late = await listen(`/v1/jobs/${id}/stream`);
  await waitFor('the late one to have heard as much', () => late.heardBytes === early.heardBytes);
  await killHost();
  const { state, warnings } = await waitForEnd(id);
  // The tiny decoder always makes the same: made anew it went on where it was.
  expect([state, warnings]).toEqual(['completed', []]);
  const result = (await getResult(id)).subarray(WAV_HEADER_BYTES);
  const heard = [await early.whole, await late.whole, Buffer.from(await slow.arrayBuffer())];
  for (const whole of heard) expect(whole.subarray(WAV_HEADER_BYTES).equals(result)).toBe(true);
});

test('a job that is cancelled in the middle of a sentence ends the stream there', async () => {
  const id = await submit({ model: 'tiny-turbo', seed: SEEDS.long[1] });
  const listener = await listen(`/v1/jobs/${id}/stream`);
  await waitForSound(listener);
  await daemon.call('POST', `/v1/jobs/${id}/cancel`, { now: true });
  await expect(listener.whole).rejects.toThrow();
  expect((await find(id)).state).toBe('cancelled');
});

test('where the decoder draws noise, what was heard of a sentence stays, and the job says that there is a seam', async () => {
  await waitForEnd(await submit({ model: 'hissing-turbo', seed: SEEDS.brief }));
  const id = await submit({ model: 'hissing-turbo', format: 'opus', seed: SEEDS.long[2] });
  const listener = await listen(`/v1/jobs/${id}/stream`);
  await waitForSound(listener);
  await killHost();
  const { state, warnings } = await waitForEnd(id);
  expect([state, warnings]).toEqual(['completed', [expect.stringContaining('middle of a sentence')]]);
  // Encoded in blocks that do not depend on when which part came.
  expect((await listener.whole).equals(await getResult(id))).toBe(true);
});

test('equal jobs share one making: all hear the same, and a cancel of the first, now or not, takes nothing from the others', async () => {
  // The host that followed has made one chunk.
  const spec = { model: 'hissing-turbo', seed: SEEDS.long[0] };
  const first = await submit(spec);
  const ofFirst = await listen(`/v1/jobs/${first}/stream`);
  await waitForSound(ofFirst);
  const others = [await submit(spec), await submit(spec)];
  const listeners = await Promise.all(others.map((id) => listen(`/v1/jobs/${id}/stream`)));
  for (const listener of listeners)
    await waitFor('the other to have heard as much', () => listener.heardBytes === ofFirst.heardBytes);

  await daemon.call('POST', `/v1/jobs/${first}/cancel`, { now: true });
  await expect(ofFirst.whole).rejects.toThrow();
  // It is in their sentence, and is left alone until it is killed from outside.
  await killHost();
  const results: Buffer[] = [];
  for (const [index, id] of others.entries()) {
    const { state, warnings } = await waitForEnd(id);
    expect([state, warnings]).toEqual(['completed', [expect.stringContaining('middle of a sentence')]]);
    results.push(await getResult(id));
    const heard = await listeners[index]!.whole;
    expect(heard.subarray(WAV_HEADER_BYTES).equals(results[index]!.subarray(WAV_HEADER_BYTES))).toBe(true);
  }
  expect(results[1]!.equals(results[0]!)).toBe(true);
});
