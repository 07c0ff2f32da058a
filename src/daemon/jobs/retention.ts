// Takes away what is old: results and texts by age, cached chunks by bytes. Runs at start and then at an interval.
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { ChunkStore } from '../inference/chunk-store.ts';
import type { InferenceLoop } from '../inference/loop.ts';
import type { ResultFiles } from '../inference/result-files.ts';
import type { JobStore } from './store.ts';

const MS_PER_HOUR = 3_600_000;

export interface RetentionOptions {
  config: Config;
  store: JobStore;
  results: ResultFiles;
  chunks: ChunkStore;
  loop: InferenceLoop;
  log: Logger;
}

/** One round; safe at any time. */
export async function applyRetention({
  config,
  store,
  results,
  chunks,
  loop,
  log,
}: RetentionOptions): Promise<void> {
  const { job_ttl_hours, chunk_cache_bytes } = config.job_queue;
  const expired = await store.expire({ ttlMs: job_ttl_hours * MS_PER_HOUR, now: Date.now() });
  for (const file of expired.files) await results.remove(file);
  const live = loop.listLiveKeys();
  // Which chunks an interrupted job has is only known when it is taken up again; till then nothing as young as it is touched.
  const interruptedSince = await store.getOldestInterrupted();
  const evicted = await chunks.evict({
    maxBytes: chunk_cache_bytes,
    keep: (key) => live.has(key),
    ...(interruptedSince === undefined ? {} : { usedSinceMs: interruptedSince }),
  });
  if (expired.files.length > 0 || expired.removedJobs.length > 0) {
    log.info({ results: expired.files.length, jobs: expired.removedJobs.length, evicted }, 'retention');
  }
}

/** Answers a function that stops it. */
export function startRetention(options: RetentionOptions): () => void {
  const run = () => {
    applyRetention(options).catch((error: unknown) => options.log.error({ err: error }, 'retention failed'));
  };
  run();
  const timer = setInterval(run, options.config.job_queue.cleanup_interval_sec * 1000);
  timer.unref();
  return () => clearInterval(timer);
}
