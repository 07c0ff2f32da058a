// The one call behind each route: what clients can do with jobs, over the store and the loop.
import { invalidField, TtsError } from '../../api/errors.ts';
import { type AudioFormat, isFinal, type JobRequest, type JobView } from '../../api/job.ts';
import type { EditBody, RedoBody } from '../../api/v1.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import { nameClipSpeaker } from '../../engine/voice/clip-speaker.ts';
import type { ActiveJob } from '../inference/active-job.ts';
import { countWorkBefore, type Share } from '../inference/estimate.ts';
import type { InferenceLoop } from '../inference/loop.ts';
import type { ModelHost } from '../inference/model-host.ts';
import { Pace, toUnits } from '../inference/pace.ts';
import type { Paces } from '../inference/paces.ts';
import type { ResultFiles } from '../inference/result-files.ts';
import type { LexiconFile } from '../lexicon/lexicon-file.ts';
import { type AcceptContext, acceptJob, checkFormat, type Intent } from './accept.ts';
import type { CompletedJob, Job, NewJob, Progress } from './job.ts';
import type { JobChanges } from './job-changes.ts';
import { composeRedo } from './redo.ts';
import type { JobStore, ListQuery, OverviewQuery, SearchQuery, Turn } from './store.ts';
import { type Live, viewJob } from './view.ts';

/** Counting for every submit would cost as much as the submit. */
const COUNT_FOR_MS = 200;

/** One answer to a search is 20 000 jobs, or a fifth of a second's work. */
const MOST_STRETCHES = 20;

/** The note under which the store remembers since when the queue is paused. */
export const PAUSED_SINCE = 'paused_since';

/** Warning of a job whose file was lost. */
const LOST_RESULT = 'The result file was missing or damaged and was made again.';

export interface JobsOptions extends Omit<AcceptContext, 'lexicon'> {
  lexicon: LexiconFile;
  store: JobStore;
  loop: InferenceLoop;
  results: ResultFiles;
  changes: JobChanges;
  models: ReadonlyMap<string, { info: ModelInfo; host: ModelHost }>;
  paces: Paces;
  /** ISO 8601; null while the queue goes on. */
  pausedSince: string | null;
}

export interface Submission {
  job: Job;
  existing: boolean;
  /** Numbers that were clamped, as `name=value`. */
  adjusted: string[];
}

export class Jobs {
  readonly #o: JobsOptions;

  readonly #submitting = new Set<NewJob>();
  /** What was counted a moment ago, with what was submitted since. */
  #counted = { at: 0, jobs: 0, chars: 0 };
  /** What each submitter had waiting a moment ago. */
  #turns: { at: number; turns: Promise<Turn[]> } = { at: 0, turns: Promise.resolve([]) };
  #pausedSince: string | null;

  /** Set when pages of the database are broken: what is there can be asked for, nothing new is promised. */
  #damage: string | null = null;

  constructor(options: JobsOptions) {
    this.#o = options;
    this.#pausedSince = options.pausedSince;
  }

  /** ISO 8601; null while the queue goes on. */
  get pausedSince(): string | null {
    return this.#pausedSince;
  }

  /** For people; null while the queue goes on. */
  get pauseNote(): string | null {
    return this.#pausedSince === null ? null : 'The queue is paused. It goes on with: tts resume';
  }

  /** Resolves when a restart would not undo it. The chunks in hand are finished. */
  async pause(): Promise<void> {
    if (this.#pausedSince !== null) return;
    const since = new Date().toISOString();
    await this.#o.store.keepNote(PAUSED_SINCE, since);
    this.#pausedSince = since;
    this.#o.loop.pause();
  }

  async resume(): Promise<void> {
    await this.#o.store.keepNote(PAUSED_SINCE, null);
    this.#pausedSince = null;
    this.#o.loop.resume();
  }

  /** For requests that somebody waits for: throws `queue_paused` rather than keep him waiting. */
  checkNotPaused(): void {
    if (this.pauseNote !== null) throw new TtsError('queue_paused', this.pauseNote);
  }

  get damage(): string | null {
    return this.#damage;
  }

  /** Answers the words in which it is told. */
  noteDamage(found: string): string {
    this.#damage = `The job database is damaged (${found.slice(0, 200)}). New jobs are refused, nothing is deleted. Save what can be read with tts daemon backup, or go back to an older one: tts daemon restore FILE.`;
    return this.#damage;
  }

  /** Whether a job speaks with the clip that is accepted, is to be made, or could be made again. */
  async isClipNeeded(sha256: string): Promise<boolean> {
    const speaker = nameClipSpeaker(sha256);
    const isUnderWay = [...this.#submitting].some(({ spec }) => JSON.stringify(spec).includes(speaker));
    return isUnderWay || this.#o.store.isClipNeeded(sha256);
  }

  /** All or none; resolves when they are on disk. An error in one of several names its index. */
  async submit(requests: readonly JobRequest[], intent: Intent): Promise<Submission[]> {
    this.#checkStorage();
    const context = { ...this.#o, lexicon: await this.#o.lexicon.read() };
    const accepted = requests.map((request, index) => {
      try {
        return acceptJob(request, intent, context);
      } catch (error) {
        throw requests.length === 1 ? error : atIndex(error, index);
      }
    });
    const jobs = accepted.map(({ job }) => job);
    const submitted = await this.#keepClips(jobs, async () => {
      await this.#checkRoom(requests);
      const submitting = this.#o.store.submit(jobs, Date.now());
      // At once: the claim comes right behind the submit and is part of the same commit.
      this.#o.loop.lookForJobs();
      return submitting;
    });
    return submitted.map((one, index) => ({ ...one, adjusted: accepted[index]!.adjusted }));
  }

  /** Submits a finished job once more, with one chunk said anew. Throws `job_not_final`, `result_expired`, or what `submit` throws. */
  async redo(id: string, body: RedoBody, submitter: (label: string | undefined) => string): Promise<Job> {
    this.#checkStorage();
    const { store, voices, loop } = this.#o;
    const job = await this.find(id);
    if (job.state !== 'completed')
      throw new TtsError('job_not_final', `Job ${job.id} is ${job.state}; wait until it is completed.`);
    if (body.chunk >= job.progress.totalChunks) {
      const { totalChunks } = job.progress;
      throw invalidField('chunk', `the job has ${totalChunks} chunks, the last one is ${totalChunks - 1}`);
    }
    const text = await store.getText(job.id);
    if (text === undefined)
      throw new TtsError('result_expired', `The text of job ${job.id} was removed by retention.`);
    const wanted = composeRedo(job, body, {
      text,
      submitter: submitter(job.label ?? undefined),
      voices,
      model: this.#o.models.get(job.spec.model)?.info,
    });
    const [submitted] = await this.#keepClips([wanted], async () => {
      await this.#checkRoom([wanted]);
      return store.submit([wanted], Date.now());
    });
    loop.lookForJobs();
    return submitted!.job;
  }

  /** Finds a job by its id or the unique beginning of one. Throws `job_not_found`. */
  async find(id: string): Promise<Job> {
    const job = await this.#o.store.get(id);
    if (job !== undefined) return job;
    const [match, ...others] = id.length >= 4 ? await this.#o.store.listByPrefix(id, 2) : [];
    if (match === undefined)
      throw new TtsError('job_not_found', `There is no job ${id.slice(0, 64)}. See: tts list`);
    if (others.length > 0)
      throw invalidField('id', `${id} is the beginning of several jobs; give more of it`);
    return match;
  }

  /** Throws `format_unavailable` when it cannot be made here. */
  checkFormat(format: AudioFormat): void {
    checkFormat(format, this.#o.formats);
  }

  async view(job: Job): Promise<JobView> {
    return viewJob(job, await this.getLive(job), Date.now());
  }

  /** Without its place in the queue, which would have to be looked up. */
  viewBriefly(job: Job): JobView {
    const trouble = isFinal(job.state) ? null : this.#getTrouble();
    return viewJob(
      job,
      { ...this.#getProgress(job), queuePosition: null, etaSec: null, trouble },
      Date.now(),
    );
  }

  /** Newest first. */
  async list(query: ListQuery): Promise<{ seq: number; view: JobView }[]> {
    return (await this.#o.store.list(query)).map((job) => ({ seq: job.seq, view: this.viewBriefly(job) }));
  }

  /** What runs, what comes next, what ended last, and how much there is. */
  async getOverview(query: OverviewQuery) {
    const { counts, running, queued, ended } = await this.#o.store.getOverview(query);
    const view = (job: Job) => this.viewBriefly(job);
    return { counts, running: running.map(view), queued: queued.map(view), ended: ended.map(view) };
  }

  /**
   * Newest first, at most `limit`. What it takes is bounded: it answers what it has found by then, which may be nothing, and
   * from where to go on; null when there is nothing left.
   */
  async search(query: SearchQuery): Promise<{ views: JobView[]; beforeSeq: number | null }> {
    const views: JobView[] = [];
    let part = query;
    for (let stretch = 0; ; stretch++) {
      const { jobs, searchedTo } = await this.#o.store.search(part);
      views.push(...jobs.map((job) => this.viewBriefly(job)));
      if (searchedTo === null || views.length === query.limit || stretch === MOST_STRETCHES - 1)
        return { views, beforeSeq: searchedTo };
      part = { ...query, beforeSeq: searchedTo, limit: query.limit - views.length };
    }
  }

  async getLive(job: Job): Promise<Live> {
    const progress = this.#getProgress(job);
    if (isFinal(job.state)) return { ...progress, queuePosition: null, etaSec: null, trouble: null };
    const position = job.state === 'queued' ? ((await this.#o.store.getQueuePosition(job.id)) ?? null) : null;
    const trouble = this.#getTrouble();
    const etaSec = trouble === null ? await this.#estimateSec(job) : null;
    return { ...progress, queuePosition: position, etaSec, trouble };
  }

  /** Changes a job that is not final; its time only while it is queued. Throws `job_not_queued`. */
  async edit(id: string, { priority, label, not_before }: EditBody): Promise<Job> {
    const job = await this.find(id);
    const outcome = await this.#o.store.edit(
      job.id,
      {
        ...(priority === undefined ? {} : { priority }),
        ...(label === undefined ? {} : { label }),
        ...(not_before === undefined
          ? {}
          : { notBefore: not_before === null ? null : Date.parse(not_before) }),
      },
      Date.now(),
    );
    if (outcome.outcome === 'unknown') throw new TtsError('job_not_found', `There is no job ${id}.`);
    if (outcome.outcome === 'too-late') {
      const what = isFinal(outcome.job.state)
        ? 'it cannot be changed any more'
        : 'its time cannot be changed';
      throw new TtsError('job_not_queued', `Job ${job.id} is ${outcome.job.state}; ${what}.`);
    }
    this.#o.loop.setPriority(job.id, outcome.job.priority);
    this.#o.loop.lookForJobs();
    this.#o.changes.emit(job.id);
    return outcome.job;
  }

  /** Cancels a job that is not final yet; one that is stays as it is. */
  async cancel(id: string, { now = false } = {}): Promise<{ cancelled: boolean; job: Job }> {
    const outcome = await this.#o.store.cancel((await this.find(id)).id, Date.now());
    if (outcome.outcome === 'unknown') throw new TtsError('job_not_found', `There is no job ${id}.`);
    if (outcome.outcome === 'cancelled') {
      this.#o.loop.drop(outcome.job.id, { now });
      this.#o.changes.emit(outcome.job.id);
    }
    return { cancelled: outcome.outcome === 'cancelled', job: outcome.job };
  }

  async retry(id: string): Promise<Job> {
    const outcome = await this.#o.store.retry((await this.find(id)).id, Date.now());
    if (outcome.outcome === 'unknown') throw new TtsError('job_not_found', `There is no job ${id}.`);
    if (outcome.outcome === 'not-retryable') {
      throw new TtsError(
        'job_not_retryable',
        `Job ${id} is ${outcome.job.state}; only failed and cancelled jobs whose text is kept can be tried again.`,
      );
    }
    this.#o.loop.lookForJobs();
    this.#o.changes.emit(outcome.job.id);
    return outcome.job;
  }

  /** Makes the result of a completed job again of which a file is gone; what is left of the old one goes too. */
  async remake({ id, result }: Pick<CompletedJob, 'id' | 'result'>): Promise<void> {
    if (await this.#o.store.requeue(id, LOST_RESULT)) await this.#o.results.remove(result.file);
    this.#o.loop.lookForJobs();
    this.#o.changes.emit(id);
  }

  /** Forgets a final job and its file. */
  async remove(id: string): Promise<void> {
    const job = await this.find(id);
    const { removed, file } = await this.#o.store.remove(job.id);
    if (!removed)
      throw new TtsError(
        'job_not_final',
        `Job ${job.id} is ${job.state}; cancel it first: tts cancel ${job.id}`,
      );
    if (file !== null) await this.#o.results.remove(file);
  }

  /** Resolves when the job is final; rejects with the signal's reason. */
  async waitUntilFinal(id: string, signal: AbortSignal): Promise<Job> {
    let changed = Promise.withResolvers<void>();
    const off = this.#o.changes.on(id, () => changed.resolve());
    // Not rejected: nobody waits for it while the job is looked up, and such a rejection would end the daemon.
    const abort = () => changed.resolve();
    signal.addEventListener('abort', abort, { once: true });
    try {
      for (;;) {
        signal.throwIfAborted();
        const job = await this.find(id);
        if (isFinal(job.state)) return job;
        await changed.promise;
        changed = Promise.withResolvers<void>();
      }
    } finally {
      off();
      signal.removeEventListener('abort', abort);
    }
  }

  onChange(id: string, listener: () => void): () => void {
    return this.#o.changes.on(id, listener);
  }

  #getProgress(job: Job): { progress: Progress; renderedSec: number | null } {
    const active = this.#o.loop.getActive(job.id);
    const model = this.#o.models.get(job.spec.model);
    if (active === undefined || model === undefined) return { progress: job.progress, renderedSec: null };
    const renderedSec = Math.round((active.renderedSamples / model.info.sampleRateHz) * 10) / 10;
    return { progress: active.progress, renderedSec };
  }

  #getTrouble(): string | null {
    return this.#o.loop.trouble ?? this.pauseNote;
  }

  /** Between being accepted and being on disk a job is known here alone: the clip of a voice that goes meanwhile has to stay. */
  async #keepClips<T>(jobs: readonly NewJob[], act: () => Promise<T>): Promise<T> {
    for (const job of jobs) this.#submitting.add(job);
    try {
      return await act();
    } finally {
      for (const job of jobs) this.#submitting.delete(job);
    }
  }

  #checkStorage(): void {
    if (this.#damage !== null) throw new TtsError('database_corrupt', this.#damage);
    if (this.#o.loop.hasDiskTrouble) throw new TtsError('disk_full', this.#o.loop.trouble!);
  }

  async #checkRoom(requests: readonly { text: string }[]): Promise<void> {
    const { max_queued_jobs, max_queued_chars } = this.#o.config.job_queue;
    if (Date.now() - this.#counted.at > COUNT_FOR_MS) {
      const { queued, queuedChars } = await this.#o.store.count();
      this.#counted = { at: Date.now(), jobs: queued.interactive + queued.batch, chars: queuedChars };
    }
    const jobs = this.#counted.jobs + requests.length;
    const chars = this.#counted.chars + requests.reduce((sum, { text }) => sum + text.length, 0);
    if (jobs <= max_queued_jobs && chars <= max_queued_chars) {
      this.#counted = { ...this.#counted, jobs, chars };
      return;
    }
    throw new TtsError(
      'queue_full',
      `The queue is full (${jobs} of ${max_queued_jobs} jobs, ${chars} of ${max_queued_chars} characters). Try again later, or raise job_queue.max_queued_jobs and max_queued_chars.`,
    );
  }

  /** Until the result is there: what goes before its last chunk, that chunk, and writing the file. */
  async #estimateSec(job: Job): Promise<number | null> {
    const { loop, models, paces, store, config } = this.#o;
    const host = models.get(job.spec.model)?.host;
    const general = paces.ofModel(job.spec.model);
    const active = loop.getActive(job.id);
    const msPerUnit = (active?.pace ?? new Pace()).blend(general);
    if (host === undefined || msPerUnit === null) return null;
    const others = [...loop.listActive()].filter(
      (other) => other.id !== job.id && other.job.spec.model === job.spec.model,
    );
    const mine = describeShare(job, active);
    const work = countWorkBefore(mine, {
      now: Date.now(),
      msPerUnit,
      chunkUnits: toUnits(job.spec.chunkSize, job.spec.speed),
      active: others.map((other) => describeShare(other.job, other)),
      queued: await this.#listTurns(),
      rank: job.state === 'queued' ? ((await store.getRank(job.id)) ?? null) : null,
      weights: new Map(Object.entries(config.job_queue.weights)),
    });
    const loadMs = host.state === 'unloaded' ? host.loadMs : 0;
    const writeMs =
      (paces.ofWriting(job.spec.format).msPerUnit ?? 0) * toUnits(job.textChars, job.spec.speed);
    const ms = loadMs + work * (general.msPerUnit ?? msPerUnit) + mine.remaining * msPerUnit + writeMs;
    return Math.round(ms / 100) / 10;
  }

  #listTurns(): Promise<Turn[]> {
    if (Date.now() - this.#turns.at > COUNT_FOR_MS)
      this.#turns = { at: Date.now(), turns: this.#o.store.listTurns() };
    return this.#turns.turns;
  }
}

function describeShare(job: Job, active: ActiveJob | undefined): Share {
  return {
    class: job.class,
    submitter: job.submitter,
    priority: active?.priority ?? job.priority,
    createdAt: job.createdAt,
    seq: job.seq,
    chars: Math.max(1, job.textChars),
    remaining: toUnits(active?.remainingChars ?? job.textChars, job.spec.speed),
  };
}

function atIndex(error: unknown, index: number): unknown {
  if (!(error instanceof TtsError)) return error;
  const fields = error.fields.map((field) => ({
    ...field,
    loc: ['body', 'jobs', index, ...field.loc.slice(1)],
  }));
  return new TtsError(error.code, `jobs[${index}]: ${error.message}`, { cause: error, fields });
}
