// One client of the crash suite: submits, repeats, cancels, retries, fetches and listens, until the daemon is gone.
import { setTimeout as delay } from 'node:timers/promises';
import type { JobView } from '../../src/api/job.ts';
import type { Daemon } from '../helpers/daemon.ts';
import type { KnownJob, Ledger, Submission } from './ledger.ts';
import { pick, pickNumber, type Random } from './random.ts';
import { type Spec, sha256 } from './specs.ts';

/** Jobs that one client submits in a round at most: what is queued has to be rendered in the end. */
const SUBMITS_PER_ROUND = 3;
const THINK_MS = 12;
const WAV_HEADER_BYTES = 44;

export interface ClientContext {
  name: string;
  random: Random;
  specs: readonly Spec[];
  ledger: Ledger;
}

export class Client {
  readonly #o: ClientContext;
  /** Changed by nobody else, so that the order of what was asked is known. */
  readonly #mine: KnownJob[] = [];
  readonly #keyed: Submission[] = [];
  #number = 0;

  constructor(options: ClientContext) {
    this.#o = options;
  }

  /** Resolves when the daemon has stopped answering. */
  async work(daemon: Daemon, gone: AbortSignal): Promise<void> {
    let submitsLeft = SUBMITS_PER_ROUND;
    while (!gone.aborted) {
      const { random } = this.#o;
      try {
        if (submitsLeft > 0 && random() < 0.5) {
          submitsLeft--;
          await this.#submit(daemon);
        } else
          await pick(random, [
            this.#repeat,
            this.#cancel,
            this.#cancel,
            this.#retry,
            this.#fetch,
            this.#fetch,
            this.#listen,
          ]).call(this, daemon);
      } catch (error) {
        if (!isConnectionError(error)) throw error;
      }
      await delay(pickNumber(random, 0, THINK_MS), undefined, { signal: gone }).catch(() => {});
    }
  }

  async #submit(daemon: Daemon): Promise<void> {
    const { random, specs, name, ledger } = this.#o;
    const number = ++this.#number;
    const isQueueRoute = random() < 0.3;
    const length = isQueueRoute || random() < 0.6 ? 1 : pickNumber(random, 2, 4);
    const submission: Submission = {
      label: isQueueRoute ? null : `${name}-${number}`,
      specs: Array.from({ length }, () => pickNumber(random, 0, specs.length - 1)),
      keys: Array.from({ length }, (_, index) => (random() < 0.5 ? `${name}-${number}-${index}` : undefined)),
      ids: undefined,
    };
    ledger.submissions.push(submission);
    if (submission.keys.every((key) => key !== undefined)) this.#keyed.push(submission);
    await this.#send(daemon, submission);
  }

  /** The same request under the same keys, as a client does that got no answer. */
  async #repeat(daemon: Daemon): Promise<void> {
    if (this.#keyed.length > 0) await this.#send(daemon, pick(this.#o.random, this.#keyed));
  }

  async #send(daemon: Daemon, submission: Submission): Promise<void> {
    const known = new Set(submission.ids);
    const ids =
      submission.label === null
        ? await this.#enqueue(daemon, submission)
        : await this.#submitJobs(daemon, submission);
    this.#o.ledger.acknowledge(submission, ids);
    for (const id of ids) if (!known.has(id)) this.#mine.push(this.#o.ledger.jobs.get(id)!);
  }

  async #enqueue(daemon: Daemon, { specs, keys }: Submission): Promise<string[]> {
    const { text, seed, format } = this.#o.specs[specs[0]!]!.request;
    const headers: Record<string, string> = keys[0] === undefined ? {} : { 'idempotency-key': keys[0] };
    const reply = await daemon.call('POST', '/tts/enqueue', { text, seed, output_format: format }, headers);
    return [expectStatus(reply, 200, 202).json<{ job_id: string }>().job_id];
  }

  async #submitJobs(daemon: Daemon, { label, specs, keys }: Submission): Promise<string[]> {
    const jobs = specs.map((spec, index) => ({
      ...this.#o.specs[spec]!.request,
      label,
      ...(keys[index] === undefined ? {} : { idempotency_key: keys[index] }),
    }));
    const reply = await daemon.call('POST', '/v1/jobs', jobs.length === 1 ? jobs[0] : { jobs });
    return expectStatus(reply, 200, 201)
      .json<{ jobs: { job: JobView }[] }>()
      .jobs.map(({ job }) => job.id);
  }

  async #cancel(daemon: Daemon): Promise<void> {
    const job = this.#pickMine();
    if (job === undefined || this.#o.random() < 0.5) return;
    job.lastChange = { asked: 'cancel', answer: undefined };
    job.everCancelled = true;
    const now = this.#o.random() < 0.2;
    const reply = await daemon.call('POST', `/v1/jobs/${job.id}/cancel`, { now });
    const { cancelled, job: view } = expectStatus(reply, 200).json<{ cancelled: boolean; job: JobView }>();
    job.lastChange.answer = cancelled ? 'cancelled' : 'too late';
    this.#note(job, view.state);
    if (cancelled && view.state !== 'cancelled')
      this.#o.ledger.report('wrongState', `${job.id}: cancelled, but ${view.state}`);
  }

  async #retry(daemon: Daemon): Promise<void> {
    const job = this.#pickMine();
    if (job?.lastChange?.answer !== 'cancelled') return;
    job.lastChange = { asked: 'retry', answer: undefined };
    const reply = await daemon.call('POST', `/v1/jobs/${job.id}/retry`);
    job.lastChange.answer = expectStatus(reply, 200, 409).status === 200 ? 'queued' : 'refused';
  }

  async #fetch(daemon: Daemon): Promise<void> {
    const job = this.#pickAny();
    if (job === undefined) return;
    const reply = expectStatus(await daemon.call('GET', `/tts/${job.id}/result`), 200, 404, 410, 425, 500);
    if (reply.status === 404) this.#o.ledger.report('lost', `${job.id} is unknown`);
    if (reply.status !== 200) return;
    this.#note(job, 'completed');
    const { sha256: expected } = this.#o.specs[job.spec]!;
    if (sha256(reply.body) !== expected || reply.headers.etag !== `"${expected}"`)
      this.#o.ledger.report('wrongBytes', `the result of ${job.id} is not that of an undisturbed run`);
  }

  /** What is heard while it is made is the beginning of what is kept. */
  async #listen(daemon: Daemon): Promise<void> {
    const job = this.#pickAny();
    if (job === undefined) return;
    const { request, audio } = this.#o.specs[job.spec]!;
    if (request.format !== 'wav' && request.format !== 'pcm') return;
    const reply = await daemon.call('GET', `/v1/jobs/${job.id}/stream`);
    if (reply.status !== 200) return;
    const header = request.format === 'wav' ? WAV_HEADER_BYTES : 0;
    const heard = reply.body.subarray(header);
    if (!audio.subarray(header, header + heard.length).equals(heard))
      this.#o.ledger.report(
        'wrongBytes',
        `what was heard of ${job.id} is not the beginning of an undisturbed run`,
      );
  }

  #note(job: KnownJob, state: JobView['state']): void {
    if (state === 'completed') job.seenCompleted = true;
  }

  #pickMine(): KnownJob | undefined {
    return pick(this.#o.random, this.#mine.slice(-12));
  }

  #pickAny(): KnownJob | undefined {
    return pick(this.#o.random, [...this.#o.ledger.jobs.values()].slice(-60));
  }
}

function expectStatus<Reply extends { status: number; body: Buffer }>(
  reply: Reply,
  ...expected: number[]
): Reply {
  if (expected.includes(reply.status)) return reply;
  throw new Error(`Expected status ${expected.join(' or ')}, got ${reply.status}: ${reply.body}`);
}

function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return /^(UND_ERR|ECONN|EPIPE|ENOENT)/.test(code) || (error as Error).name === 'ClientDestroyedError';
}
