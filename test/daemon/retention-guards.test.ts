// What retention must leave alone: results that somebody is downloading, chunks of a job that goes on, everything when the
// clock jumps. And what it must not leave: files that belong to no job, chunks beyond the bound of the cache.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import type { ChunksReply } from '../../src/api/v1.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

const CACHE_BYTES = 1_000_000;
const FAKETIME = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((file) => existsSync(file));

afterAll(removeDataDirs);

async function start(jobQueue: string, before: (dataDir: string) => Record<string, string>): Promise<Daemon> {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, `job_queue: { ${jobQueue} }\n`);
  return startDaemon({ dataDir, config, env: before(dataDir) });
}

async function submit({ call }: Daemon, text: string): Promise<string> {
  const { jobs } = (await call('POST', '/v1/jobs', { text })).json<{ jobs: { job: { id: string } }[] }>();
  return jobs[0]!.job.id;
}

function waitUntilCompleted({ call }: Daemon, id: string): Promise<JobView> {
  return waitFor(`job ${id}`, async () => {
    const view = (await call('GET', `/v1/jobs/${id}`)).json<JobView>();
    return view.state === 'completed' && view;
  });
}

describe('with results that go within seconds and a chunk cache that is soon full', () => {
  const orphan = `${randomUUID()}-1.wav`;
  const leftBehind = [orphan, `${randomUUID()}-2.mp3`, `${orphan}.words`, `.tmp-${randomUUID()}-1.wav`];
  let daemon: Daemon;

  beforeAll(async () => {
    daemon = await start(
      `job_ttl_hours: ${1 / 3600}, cleanup_interval_sec: 1, chunk_cache_bytes: ${CACHE_BYTES}`,
      (dataDir) => {
        mkdirSync(join(dataDir, 'results'));
        for (const name of [...leftBehind, 'notes.txt'])
          writeFileSync(join(dataDir, 'results', name), 'not a result');
        return {};
      },
    );
  });
  afterAll(async () => {
    await daemon.stop();
  });

  const listResults = () => readdirSync(join(daemon.dataDir, 'results'));

  test('files that belong to no job go at start, what is not ours stays', async () => {
    const left = await waitFor('the sweep', () => {
      const names = listResults();
      return !names.some((name) => leftBehind.includes(name)) && names;
    });
    expect(left).toContain('notes.txt');
  });

  test('a download that is open while its result is removed comes whole', async () => {
    const id = await submit(daemon, makeProse(1500));
    const { result } = await waitUntilCompleted(daemon, id);
    // Nothing of it is read yet; it does not fit into what lies between the two.
    const download = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ socketPath: daemon.endpoint.socket, path: `/tts/${id}/result` }, resolve).on('error', reject);
    });
    expect(result!.bytes).toBeGreaterThan(1_000_000);
    await waitFor('the result to be removed', () => !listResults().some((name) => name.startsWith(id)));

    const hash = createHash('sha256');
    let bytes = 0;
    for await (const part of download as AsyncIterable<Buffer>) {
      hash.update(part);
      bytes += part.length;
    }
    expect({ bytes, sha256: hash.digest('hex') }).toEqual({ bytes: result!.bytes, sha256: result!.sha256 });
  });
});

describe('with a small chunk cache and a day between two sweeps', () => {
  let daemon: Daemon;

  beforeAll(async () => {
    daemon = await start(`cleanup_interval_sec: 86400, chunk_cache_bytes: ${CACHE_BYTES}`, () => ({}));
  });
  afterAll(async () => {
    await daemon.stop();
  });

  function listChunks(): string[] {
    const dir = join(daemon.dataDir, 'chunks');
    return (readdirSync(dir, { recursive: true }) as string[]).filter((name) => name.endsWith('.chunk'));
  }

  function sumChunkBytes(): number {
    const sizes = listChunks().map(
      (name) => statSync(join(daemon.dataDir, 'chunks', name), { throwIfNoEntry: false })?.size ?? 0,
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  test('chunks of a job that goes on are kept beyond the bound, those of ended jobs go; then the bound holds', async () => {
    await waitUntilCompleted(daemon, await submit(daemon, 'This one is over, nobody needs its sound.'));
    const ended = listChunks();
    expect(ended.length).toBeGreaterThan(0);

    // Long enough that it cannot be over before the queue is held.
    const id = await submit(daemon, makeProse(20_000));
    const countMade = async () => {
      const { chunks } = (await daemon.call('GET', `/v1/jobs/${id}/chunks`)).json<ChunksReply>();
      return chunks.filter(({ audio_sec }) => audio_sec !== null).length;
    };
    await waitFor('more chunks than the cache may hold', () => sumChunkBytes() > 2 * CACHE_BYTES);
    await daemon.call('POST', '/v1/queue/pause');
    await waitFor('the cache to be swept', () => !listChunks().some((name) => ended.includes(name)));
    const { state } = (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
    expect(state).toBe('running');
    // A chunk in hand may still have come.
    await waitFor(
      'every chunk that was made to be there',
      async () => listChunks().length === (await countMade()),
    );
    expect(sumChunkBytes()).toBeGreaterThan(2 * CACHE_BYTES);

    await daemon.call('POST', `/v1/jobs/${id}/cancel`);
    await daemon.call('POST', '/v1/queue/resume');
    await waitFor('the bound to hold again', () => sumChunkBytes() <= CACHE_BYTES);
  });
});

test.skipIf(FAKETIME === undefined)(
  'a clock that jumps a month ahead makes nothing old (needs libfaketime)',
  async () => {
    let setClock = (_offset: string) => {};
    const daemon = await start('cleanup_interval_sec: 1, max_finished_jobs: 1', (dataDir) => {
      const file = join(dataDir, 'clock');
      setClock = (offset) => writeFileSync(file, offset);
      setClock('+0');
      return {
        LD_PRELOAD: FAKETIME!,
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        NO_FAKE_STAT: '1',
      };
    });
    const [excess, kept] = [await submit(daemon, 'One.'), await submit(daemon, 'Two.')];
    for (const id of [excess, kept]) await waitUntilCompleted(daemon, id);
    setClock('+30d');
    // The number of jobs is no matter of age: that the one too many has gone shows that there was a sweep since.
    await waitFor('a sweep', async () => (await daemon.call('GET', `/v1/jobs/${excess}`)).status === 404);
    expect((await daemon.call('GET', `/tts/${kept}/result`)).status).toBe(200);
    expect(await daemon.stop()).toBe(0);
  },
);
