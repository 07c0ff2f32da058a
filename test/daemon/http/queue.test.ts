// The queue routes as clients of Chatterbox-TTS-Server use them, word for word.
import { createHash, randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HELLO = { text: 'Hello', voice_mode: 'predefined', predefined_voice_id: 'voice.wav' };

let daemon: Daemon;

beforeAll(async () => {
  daemon = await startDaemon();
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function enqueue(body: unknown): Promise<string> {
  const reply = await daemon.call('POST', '/tts/enqueue', body);
  expect(reply.status).toBe(202);
  return reply.json<{ job_id: string }>().job_id;
}

async function getStatus(id: string) {
  return (await daemon.call('GET', `/tts/${id}/status`)).json<Record<string, unknown>>();
}

function waitForState(id: string, state: string) {
  return waitFor(`job ${id} to be ${state}`, async () => {
    const status = await getStatus(id);
    return status.status === state && status;
  });
}

describe('POST /tts/enqueue', () => {
  test('answers 202 with the id and both addresses', async () => {
    const reply = await daemon.call('POST', '/tts/enqueue', HELLO);
    expect(reply.status).toBe(202);
    const body = reply.json<{ job_id: string }>();
    expect(body.job_id).toMatch(UUID);
    expect(body).toEqual({
      job_id: body.job_id,
      status: 'queued',
      message: 'Job queued for processing',
      status_url: `/tts/${body.job_id}/status`,
      result_url: `/tts/${body.job_id}/result`,
    });
  });

  test('says in the warnings whose voice an alias is', async () => {
    const id = await enqueue({ ...HELLO, predefined_voice_id: 'Emily.wav' });
    expect((await getStatus(id)).warnings).toEqual(['The voice Emily.wav is spoken by heart here.']);
  });

  test('takes numbers outside their range, clamps them and says so', async () => {
    const reply = await daemon.call('POST', '/tts/enqueue', { ...HELLO, cfg_weight: 3.0, speed_factor: 9 });
    expect(reply.status).toBe(202);
    expect(reply.headers['x-tts-adjusted']).toBe('cfg_weight=1, speed_factor=4');
  });

  test('the same Idempotency-Key with the same body is the same job, with another body 422', async () => {
    const headers = { 'idempotency-key': 'nightly-1' };
    const first = await daemon.call('POST', '/tts/enqueue', HELLO, headers);
    const again = await daemon.call('POST', '/tts/enqueue', HELLO, headers);
    const other = await daemon.call('POST', '/tts/enqueue', { ...HELLO, text: 'Other' }, headers);
    expect([first.status, again.status, other.status]).toEqual([202, 200, 422]);
    expect(again.json().job_id).toBe(first.json().job_id);
    expect(other.json().error).toMatchObject({ code: 'idempotency_mismatch' });
  });
});

describe('GET /tts/<id>/status', () => {
  test('tells the truth about a job from queued to completed', async () => {
    const before = Date.now() / 1000;
    const id = await enqueue({ ...HELLO, text: makeProse(2000) });
    const seen: Record<string, unknown>[] = [];
    const done = await waitFor('the job to complete', async () => {
      const status = await getStatus(id);
      seen.push(status);
      return status.status === 'completed' && status;
    });
    for (const [index, status] of seen.entries()) {
      expect(status.progress as number).toBeGreaterThanOrEqual((seen[index - 1]?.progress as number) ?? 0);
      if (status.status === 'running' && (status.total_chunks as number) > 0) {
        expect(status.current_chunk as number).toBeLessThanOrEqual(status.total_chunks as number);
        expect(status.progress as number).toBeLessThan(100);
        expect(status.elapsed_sec as number).toBeGreaterThanOrEqual(0);
      }
    }
    expect(seen.some((status) => status.status === 'running' && (status.progress as number) > 0)).toBe(true);
    expect(done).toMatchObject({
      job_id: id,
      progress: 100,
      output_available: true,
      output_format: 'wav',
      voice: 'heart',
      model: 'hibari',
    });
    expect(done.created_at as number).toBeGreaterThanOrEqual(before - 1);
    expect(done.started_at as number).toBeGreaterThanOrEqual(done.created_at as number);
    expect(done.completed_at as number).toBeGreaterThanOrEqual(done.started_at as number);
    expect(done.duration_sec as number).toBeCloseTo(
      (done.completed_at as number) - (done.started_at as number),
      2,
    );
    expect(done.current_chunk).toBe(done.total_chunks);
    expect(done.audio_duration_sec as number).toBeGreaterThan(60);
  });

  test('of an unknown id is 404', async () => {
    const reply = await daemon.call('GET', '/tts/00000000-0000-4000-8000-000000000000/status');
    expect(reply.status).toBe(404);
    expect(reply.json().detail).toContain('There is no job');
  });
});

describe('GET /tts/<id>/result', () => {
  test('is the audio, with its length, name and checksum', async () => {
    const id = await enqueue(HELLO);
    const status = await waitForState(id, 'completed');
    const reply = await daemon.call('GET', `/tts/${id}/result`);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('audio/wav');
    expect(reply.headers['content-length']).toBe(String(status.file_size_bytes));
    expect(reply.headers['content-disposition']).toMatch(
      new RegExp(`^attachment; filename="tts_job_${id}_\\d+\\.wav"$`),
    );
    expect(reply.headers.etag).toBe(`"${createHash('sha256').update(reply.body).digest('hex')}"`);
    const wav = parseWav(reply.body);
    expect(wav.sampleRateHz).toBe(24_000);
    expect(wav.samples.length / wav.sampleRateHz).toBeCloseTo(status.audio_duration_sec as number, 2);
    expect(Math.max(...wav.samples)).toBeGreaterThan(1000);
  });

  test('gives the part that a resumed download asks for', async () => {
    const id = await enqueue(HELLO);
    await waitForState(id, 'completed');
    const whole = await daemon.call('GET', `/tts/${id}/result`);
    const part = await daemon.call('GET', `/tts/${id}/result`, undefined, { range: 'bytes=100-199' });
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe(`bytes 100-199/${whole.body.length}`);
    expect(part.body).toEqual(whole.body.subarray(100, 200));
    const stale = await daemon.call('GET', `/tts/${id}/result`, undefined, {
      range: 'bytes=100-',
      'if-range': '"other"',
    });
    expect(stale.status).toBe(200);
    const beyond = await daemon.call('GET', `/tts/${id}/result`, undefined, { range: 'bytes=99999999-' });
    expect(beyond.status).toBe(416);
  });

  test('is 404 for an unknown id, 425 before the end and 410 after a cancel', async () => {
    expect((await daemon.call('GET', '/tts/nothing-here/result')).status).toBe(404);
    const id = await enqueue({ ...HELLO, text: makeProse(20_000) });
    const early = await daemon.call('GET', `/tts/${id}/result`);
    expect(early.status).toBe(425);
    expect(Number(early.headers['retry-after'])).toBeGreaterThan(0);
    await daemon.call('DELETE', `/tts/${id}`);
    const late = await daemon.call('GET', `/tts/${id}/result`);
    expect(late.status).toBe(410);
    expect(late.json().detail).toContain('cancelled');
  });
});

describe('DELETE /tts/<id>', () => {
  test('cancels a running job: its work stops and the next one starts', async () => {
    const long = await enqueue({ ...HELLO, text: makeProse(50_000) });
    await waitForState(long, 'running');
    const reply = await daemon.call('DELETE', `/tts/${long}`);
    expect(reply.status).toBe(200);
    expect(reply.json()).toEqual({ message: `Job ${long} cancelled successfully`, status: 'cancelled' });
    const { progress } = await getStatus(long);
    const next = await enqueue(HELLO);
    await waitForState(next, 'completed');
    expect(await getStatus(long)).toMatchObject({ status: 'cancelled', progress });
  });

  test('of a final job is 200 and tells its state; of an unknown one 404', async () => {
    const id = await enqueue(HELLO);
    await waitForState(id, 'completed');
    const reply = await daemon.call('DELETE', `/tts/${id}`);
    expect(reply.status).toBe(200);
    expect(reply.json()).toEqual({ message: `Job ${id} is already completed`, status: 'completed' });
    expect((await daemon.call('DELETE', '/tts/nothing-here')).status).toBe(404);
  });
});

describe('POST /tts', () => {
  test('answers with the whole file', async () => {
    const reply = await daemon.call('POST', '/tts', HELLO);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('audio/wav');
    expect(parseWav(reply.body).samples.length).toBeGreaterThan(6000);
  });

  test('the same seed gives the same bytes, another seed other bytes', async () => {
    const say = async (seed: number) => (await daemon.call('POST', '/tts', { ...HELLO, seed })).body;
    const [first, again, other] = [await say(7), await say(7), await say(8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('overtakes a long job', async () => {
    const long = await enqueue({ ...HELLO, text: makeProse(50_000) });
    await waitForState(long, 'running');
    const reply = await daemon.call('POST', '/tts', { ...HELLO, text: 'Let me pass, please.' });
    expect(reply.status).toBe(200);
    expect((await getStatus(long)).status).toBe('running');
    await daemon.call('DELETE', `/tts/${long}`);
  });

  test('the client leaving cancels the job', async () => {
    const { status, id } = await leaveEarly(daemon, makeProse(50_000));
    expect(status).toBe('cancelled');
    expect(id).toMatch(UUID);
  });

  test('clients that leave at whatever moment do the daemon no harm', async () => {
    const leaving = Array.from({ length: 60 }, async () => {
      const body = JSON.stringify({ ...HELLO, text: makeProse(2000), seed: 0 });
      const headers = { 'content-type': 'application/json' };
      const signal = AbortSignal.timeout(randomInt(300));
      await fetch(`${daemon.endpoint.http}/tts`, { method: 'POST', headers, body, signal }).catch(() => {});
    });
    await Promise.all(leaving);
    await waitFor('their jobs to end', async () => {
      const reply = await daemon.call('GET', '/v1/jobs?state=running&state=queued');
      return reply.json<{ jobs: unknown[] }>().jobs.length === 0;
    });
    expect(daemon.child.exitCode).toBe(null);
  });
});

async function leaveEarly(from: Daemon, text: string): Promise<{ id: string; status: unknown }> {
  const leave = new AbortController();
  const left = fetch(`${from.endpoint.http}/tts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...HELLO, text }),
    signal: leave.signal,
  }).catch(() => undefined);
  const running = await waitFor('the job to run', async () => {
    const { jobs } = (await from.call('GET', '/v1/jobs?state=running')).json<{ jobs: { id: string }[] }>();
    return jobs[0];
  });
  leave.abort();
  await left;
  const ended = await waitFor('the job to end', async () => {
    const job = await getStatus(running.id);
    return job.status !== 'running' && job;
  });
  return { id: running.id, status: ended.status };
}
