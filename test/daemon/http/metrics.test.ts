// What Prometheus scrapes: each figure is right after work whose amount is known.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { listenToEvents } from '../../helpers/events.ts';
import { waitFor } from '../../helpers/wait-for.ts';

let daemon: Daemon;

beforeAll(async () => {
  daemon = await startDaemon();
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function scrape(): Promise<Map<string, number>> {
  const { body } = await daemon.call('GET', '/metrics');
  const lines = body
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]));
}

async function say(text: string): Promise<number> {
  const { body } = await daemon.call('POST', '/tts', { text, output_format: 'pcm', seed: 7 });
  return body.length / 2 / 24_000;
}

test('is text that Prometheus reads, with help for each figure and the figures of the process', async () => {
  const { status, headers, body } = await daemon.call('GET', '/metrics');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = body.toString();
  for (const line of text.split('\n'))
    expect(line).toMatch(
      /^$|^# (HELP|TYPE) \S+ \S|^[a-z_\d]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+.e\dNaInf]+$/,
    );
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  for (const name of names) expect(text).toContain(`# HELP ${name} `);
  expect(names).toContain('process_resident_memory_bytes');
  expect(names).toContain('nodejs_eventloop_lag_seconds');
});

test('counts the audio that was made, and a repeat as found', async () => {
  const spokenSec = await say('Five words are spoken here.');
  const once = await scrape();
  const model = '{model="hibari"}';
  expect(once.get(`ttsd_chunk_cache_misses_total${model}`)).toBe(1);
  expect(once.get(`ttsd_chunk_cache_hits_total${model}`)).toBeUndefined();
  expect(once.get(`ttsd_engine_host_starts_total${model}`)).toBe(1);
  expect(once.get(`ttsd_chunk_seconds_count${model}`)).toBe(1);
  // The silence at the edges belongs to the file, not to the chunk.
  expect(Math.abs(once.get(`ttsd_audio_seconds_total${model}`)! - spokenSec)).toBeLessThan(0.5);
  const work = once.get(`ttsd_synthesis_seconds_total${model}`)!;
  const audio = once.get(`ttsd_audio_seconds_total${model}`)!;
  expect(once.get(`ttsd_real_time_factor${model}`)).toBeCloseTo(work / audio, 5);

  await say('Five words are spoken here.');
  const twice = await scrape();
  expect(twice.get(`ttsd_chunk_cache_hits_total${model}`)).toBe(1);
  expect(twice.get(`ttsd_chunk_cache_misses_total${model}`)).toBe(1);
  expect(twice.get('ttsd_jobs_finished_total{state="completed"}')).toBe(2);
  expect(twice.get('ttsd_store_commit_seconds_count')).toBeGreaterThan(
    once.get('ttsd_store_commit_seconds_count')!,
  );
});

test('knows the queue by class, how old it is, and what became of it', async () => {
  const far = { not_before: '2100-01-01T00:00:00Z' };
  const made = await daemon.call('POST', '/v1/jobs', {
    jobs: [
      { text: 'abcde', ...far },
      { text: 'abc', ...far, class: 'interactive' },
      { text: 'ab', ...far },
    ],
  });
  const before = await scrape();
  expect(before.get('ttsd_queue_jobs{class="batch"}')).toBe(2);
  expect(before.get('ttsd_queue_jobs{class="interactive"}')).toBe(1);
  expect(before.get('ttsd_queue_chars')).toBe(10);
  // Nobody waits for what is not due.
  expect(before.get('ttsd_queue_oldest_age_seconds{class="batch"}')).toBe(0);
  for (const { job } of made.json<{ jobs: { job: { id: string } }[] }>().jobs)
    await daemon.call('POST', `/v1/jobs/${job.id}/cancel`, {});
  const after = await scrape();
  expect(after.get('ttsd_queue_jobs{class="batch"}')).toBe(0);
  expect(after.get('ttsd_jobs_finished_total{state="cancelled"}')).toBe(3);
  expect(after.get('ttsd_jobs_finished_total{state="failed"}')).toBe(0);
});

test('counts who listens', async () => {
  const listening = await listenToEvents(daemon, '/v1/events');
  expect((await scrape()).get('ttsd_open_streams{kind="events"}')).toBe(1);
  await listening.close();
  await waitFor(
    'the listener to be gone',
    async () => (await scrape()).get('ttsd_open_streams{kind="events"}') === 0,
  );
});
