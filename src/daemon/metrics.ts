// What Prometheus is told under /metrics. Whoever does the work calls one line here; what can be asked is asked at each scrape.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { JOB_CLASSES, type JobState } from '../api/job.ts';
import { type OpenStreams, STREAM_KINDS } from './http/open-streams.ts';
import type { JobStore } from './jobs/store.ts';

/** Weight of the newest chunk in the real-time factor. */
const RTF_SMOOTHING = 0.2;

export interface MadeChunk {
  audioSec: number;
  /** What the engine needed. */
  workSec: number;
  /** From asking for it until it was on disk. */
  tookSec: number;
}

export class Metrics {
  readonly registry = new Registry();
  readonly #finished: Counter<'state'>;
  readonly #hits: Counter<'model'>;
  readonly #misses: Counter<'model'>;
  readonly #latency: Histogram<'model'>;
  readonly #audio: Counter<'model'>;
  readonly #work: Counter<'model'>;
  readonly #rtf: Gauge<'model'>;
  readonly #starts: Counter<'model'>;
  readonly #commits: Histogram;
  readonly #queued: Gauge<'class'>;
  readonly #oldest: Gauge<'class'>;
  readonly #chars: Gauge;
  readonly #running: Gauge;
  readonly #streams: Gauge<'kind'>;
  readonly #meanRtf = new Map<string, number>();
  #watchesProcess = false;

  constructor(version: string) {
    const registers = [this.registry];
    new Gauge({
      name: 'ttsd_info',
      help: 'Always 1; the version is its label.',
      labelNames: ['version'],
      registers,
    }).set({ version }, 1);
    this.#finished = new Counter({
      name: 'ttsd_jobs_finished_total',
      help: 'Jobs that reached a final state since the start.',
      labelNames: ['state'],
      registers,
    });
    for (const state of ['completed', 'failed', 'cancelled']) this.#finished.inc({ state }, 0);
    this.#hits = new Counter({
      name: 'ttsd_chunk_cache_hits_total',
      help: 'Chunks that were in the chunk store when a job needed them.',
      labelNames: ['model'],
      registers,
    });
    this.#misses = new Counter({
      name: 'ttsd_chunk_cache_misses_total',
      help: 'Chunks that had to be made.',
      labelNames: ['model'],
      registers,
    });
    this.#latency = new Histogram({
      name: 'ttsd_chunk_seconds',
      help: 'From asking an engine host for a chunk until its audio is on disk.',
      labelNames: ['model'],
      buckets: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60],
      registers,
    });
    this.#audio = new Counter({
      name: 'ttsd_audio_seconds_total',
      help: 'Audio made.',
      labelNames: ['model'],
      registers,
    });
    this.#work = new Counter({
      name: 'ttsd_synthesis_seconds_total',
      help: 'Time in which engines made it.',
      labelNames: ['model'],
      registers,
    });
    this.#rtf = new Gauge({
      name: 'ttsd_real_time_factor',
      help: 'Seconds of work for a second of audio, mean of the last chunks; below 1 is faster than speech.',
      labelNames: ['model'],
      registers,
    });
    this.#starts = new Counter({
      name: 'ttsd_engine_host_starts_total',
      help: 'Engine hosts started: one when a model is first used, one more each time it died, was killed or was idle.',
      labelNames: ['model'],
      registers,
    });
    this.#commits = new Histogram({
      name: 'ttsd_store_commit_seconds',
      help: 'Durable commits of the job store, each of one or many writes.',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
      registers,
    });
    this.#queued = new Gauge({
      name: 'ttsd_queue_jobs',
      help: 'Jobs that wait.',
      labelNames: ['class'],
      registers,
    });
    this.#oldest = new Gauge({
      name: 'ttsd_queue_oldest_age_seconds',
      help: 'How long the oldest job has waited whose time has come; 0 when none waits.',
      labelNames: ['class'],
      registers,
    });
    this.#chars = new Gauge({
      name: 'ttsd_queue_chars',
      help: 'Characters of the jobs that wait.',
      registers,
    });
    this.#running = new Gauge({ name: 'ttsd_jobs_running', help: 'Jobs taken up.', registers });
    this.#streams = new Gauge({
      name: 'ttsd_open_streams',
      help: 'Answers that go on for as long as somebody listens.',
      labelNames: ['kind'],
      registers,
    });
  }

  chunkFound(model: string): void {
    this.#hits.inc({ model });
  }

  chunkMade(model: string, { audioSec, workSec, tookSec }: MadeChunk): void {
    this.#misses.inc({ model });
    this.#latency.observe({ model }, tookSec);
    this.#audio.inc({ model }, audioSec);
    this.#work.inc({ model }, workSec);
    if (audioSec <= 0) return;
    const now = workSec / audioSec;
    const mean = this.#meanRtf.get(model) ?? now;
    this.#meanRtf.set(model, mean + (now - mean) * RTF_SMOOTHING);
    this.#rtf.set({ model }, this.#meanRtf.get(model)!);
  }

  hostStarted(model: string): void {
    this.#starts.inc({ model });
  }

  committed(tookSec: number): void {
    this.#commits.observe(tookSec);
  }

  /** The same store, in which what ends a job is counted. */
  countFinished<Store extends JobStore>(store: Store): Store {
    const count = (state: JobState) => this.#finished.inc({ state });
    return {
      ...store,
      complete: async (...args: Parameters<JobStore['complete']>) => {
        const kept = await store.complete(...args);
        if (kept) count('completed');
        return kept;
      },
      fail: async (...args: Parameters<JobStore['fail']>) => {
        const kept = await store.fail(...args);
        if (kept) count('failed');
        return kept;
      },
      cancel: async (...args: Parameters<JobStore['cancel']>) => {
        const outcome = await store.cancel(...args);
        if (outcome.outcome === 'cancelled') count('cancelled');
        return outcome;
      },
    };
  }

  /** The answer to a scrape, in the text that `registry.contentType` names. */
  async render({ store, streams }: { store: JobStore; streams: OpenStreams }): Promise<string> {
    // Its watching costs something all the time: from the first scrape on.
    if (!this.#watchesProcess) collectDefaultMetrics({ register: this.registry });
    this.#watchesProcess = true;
    const now = Date.now();
    const [counts, oldest] = await Promise.all([store.count(), store.getOldestQueued(now)]);
    for (const name of JOB_CLASSES) {
      const since = oldest[name];
      this.#queued.set({ class: name }, counts.queued[name]);
      this.#oldest.set({ class: name }, since === null ? 0 : Math.max(0, now - since) / 1000);
    }
    this.#chars.set(counts.queuedChars);
    this.#running.set(counts.running);
    for (const kind of STREAM_KINDS) this.#streams.set({ kind }, streams.count(kind));
    return this.registry.metrics();
  }
}
