// Takes away what is too old or too much: results and texts by age, number and bytes, cached chunks by bytes, clips without a use.
// Runs at start and then at an interval; the chunk cache is looked at every second, so that its bound holds in between.
import type { Logger } from 'pino';
import type { ClockWatch } from '../clock-watch.ts';
import type { Config } from '../config.ts';
import type { ChunkStore } from '../inference/chunk-store.ts';
import type { InferenceLoop } from '../inference/loop.ts';
import type { ResultFiles } from '../inference/result-files.ts';
import type { Expired, JobStore } from './store.ts';

const MS_PER_HOUR = 3_600_000;
/** Whoever waits for a job has so long to fetch its result, however little room there is. */
const GRACE_MS = 60_000;
const CACHE_LOOK_MS = 1000;
/** A full cache is swept below its bound, so that it is not swept again with the next chunk. */
const CACHE_SHARE_KEPT = 0.9;

export interface RetentionOptions {
  config: Config;
  store: JobStore;
  results: ResultFiles;
  chunks: ChunkStore;
  loop: InferenceLoop;
  clock: ClockWatch;
  /** Removes the recordings that nobody needs any more, and what was heard in them. */
  sweepClips: () => Promise<void>;
  log: Logger;
}

/** Answers a function that stops it. */
export function startRetention(options: RetentionOptions): () => void {
  const { config, chunks, loop, log } = options;
  const { cleanup_interval_sec, chunk_cache_bytes } = config.job_queue;
  /** What the last sweep left, and how much had been written by then. */
  let swept = { leftBytes: 0, writtenBytes: 0 };
  let running: Promise<void> | undefined;
  /** Chunks of live jobs when the cache was last found above its bound. */
  let live: ReadonlySet<string> = new Set();

  const run = (work: () => Promise<void>) => {
    running ??= work()
      .catch((error: unknown) => log.error({ err: error }, 'retention failed'))
      .finally(() => {
        running = undefined;
      });
  };
  const sweepCache = async (maxBytes: number) => {
    const { writtenBytes } = chunks;
    swept = { leftBytes: await evictChunks(options, maxBytes), writtenBytes };
  };
  const lookAtCache = () => {
    const bytes = swept.leftBytes + chunks.writtenBytes - swept.writtenBytes;
    if (bytes <= chunk_cache_bytes || running !== undefined) return;
    const before = live;
    live = loop.listLiveKeys();
    // What live jobs keep above the bound is not swept in vain every second: only when one has ended, or much was added.
    if ([...before].every((key) => live.has(key)) && bytes <= swept.leftBytes * (2 - CACHE_SHARE_KEPT))
      return;
    run(() => sweepCache(chunk_cache_bytes * CACHE_SHARE_KEPT));
  };
  const sweepAll = async () => {
    await sweepJobs(options);
    await sweepCache(chunk_cache_bytes);
    await options.sweepClips();
  };
  run(sweepAll);
  const timers = [
    setInterval(() => run(sweepAll), cleanup_interval_sec * 1000),
    setInterval(lookAtCache, CACHE_LOOK_MS),
  ];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** One round; safe at any time. */
async function sweepJobs({ config, store, results, clock, log }: RetentionOptions): Promise<void> {
  const { job_ttl_hours, max_finished_jobs, max_result_bytes } = config.job_queue;
  const ttlMs = job_ttl_hours * MS_PER_HOUR;
  const counts = { results: 0, jobs: 0 };
  const repeat = async (take: (now: number) => Promise<Expired>) => {
    for (;;) {
      const { files, removedJobs } = await take(Date.now());
      if (files.length + removedJobs.length === 0) return;
      for (const file of files) await results.remove(file);
      counts.results += files.length;
      counts.jobs += removedJobs.length;
    }
  };
  if (clock.isSteady) await repeat((now) => store.expire({ ttlMs, now }));
  await repeat((now) =>
    store.shrink({
      maxFinalJobs: max_finished_jobs,
      maxResultBytes: max_result_bytes,
      endedBefore: now - GRACE_MS,
      now,
    }),
  );
  if (counts.results + counts.jobs > 0) log.info(counts, 'retention');
}

/** Answers the bytes that are left. */
async function evictChunks({ store, chunks, loop }: RetentionOptions, maxBytes: number): Promise<number> {
  const live = loop.listLiveKeys();
  // Which chunks an interrupted job has is only known when it is taken up again; till then nothing as young as it is touched.
  const interruptedSince = await store.getOldestInterrupted();
  const { leftBytes } = await chunks.evict({
    maxBytes,
    keep: (key) => live.has(key),
    ...(interruptedSince === undefined ? {} : { usedSinceMs: interruptedSince }),
  });
  return leftBytes;
}
