// Clients that do what clients do, for as long as is asked, on a daemon that is killed now and then; and a memory of what
// was promised to them.
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isFinal, type JobState } from '../../src/api/job.ts';
import { type Daemon, type DaemonOptions, type Reply, startDaemon } from '../helpers/daemon.ts';
import { makeProse } from '../helpers/texts.ts';

interface Promised {
  acceptedMs: number;
  /** The final state that was seen, until somebody tries the job again. */
  ended: JobState | null;
  sha256: string | null;
  forgotten: boolean;
}

/** Younger than this no row may be gone: the time to live in main.ts. */
const TTL_MS = 0.1 * 3_600_000;
/** Results by age or number are made again or gone; ids are remembered so long. */
const REMEMBER = 3000;
const ENOUGH_QUEUED = 20;
/** Most of what is done is done to young jobs. */
const YOUNG = 60;

export class SoakLoad {
  readonly counts = {
    acknowledged: 0,
    completed: 0,
    fetched: 0,
    cancelled: 0,
    streamed: 0,
    daemonKills: 0,
    hostKills: 0,
    lost: 0,
    doubled: 0,
    wrongBytes: 0,
    failed: 0,
  };
  daemon: Daemon;
  readonly #options: DaemonOptions;
  readonly #promised = new Map<string, Promised>();
  #restarting: Promise<void> | undefined;

  private constructor(options: DaemonOptions, daemon: Daemon) {
    this.#options = options;
    this.daemon = daemon;
  }

  static async start(options: DaemonOptions): Promise<SoakLoad> {
    return new SoakLoad(options, await startDaemon(options));
  }

  /** Kills the daemon, or only its engine host, and starts the daemon again. */
  async kill(): Promise<void> {
    const { pid } = this.daemon.endpoint;
    const hosts = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
    if (hosts.length > 0 && Math.random() < 0.5) {
      this.counts.hostKills++;
      process.kill(hosts[0]!, 'SIGKILL');
      return;
    }
    this.counts.daemonKills++;
    this.#restarting = (async () => {
      await this.daemon.stop('SIGKILL');
      this.daemon = await startDaemon(this.#options);
    })().finally(() => {
      this.#restarting = undefined;
    });
    await this.#restarting;
  }

  async runUntil(endMs: number): Promise<void> {
    const kinds: (() => Promise<void>)[] = [
      () => this.#enqueue(makeProse(100 + Math.floor(Math.random() * 800))),
      () => this.#bulk(),
      () => this.#fetch(),
      () => this.#fetch(),
      () => this.#cancel(),
      () => this.#retry(),
      () => this.#stream(),
      () => this.#look(),
      () => this.#forget(),
      () => this.#backUp(),
    ];
    const clients = Array.from({ length: 6 }, async () => {
      while (performance.now() < endMs) {
        await kinds[Math.floor(Math.random() * kinds.length)]!();
        await delay(Math.random() * 1500);
      }
    });
    await Promise.all(clients);
  }

  /** Waits until nothing is under way, then looks at everything that was promised. */
  async settle(): Promise<void> {
    for (let round = 0; round < 600; round++) {
      const queue = (await this.#call('GET', '/v1/queue'))?.json<{
        running: number;
        queued: Record<string, number>;
      }>();
      if (queue && queue.running + queue.queued.interactive! + queue.queued.batch! === 0) break;
      await delay(1000);
    }
    for (const id of this.#promised.keys()) await this.#see(id);
    const open = [...this.#promised.values()].filter(({ ended, forgotten }) => ended === null && !forgotten);
    this.counts.lost += open.length;
    if (open.length > 0)
      console.log(JSON.stringify({ neverEnded: (await this.#call('GET', '/v1/jobs'))?.json() }));
  }

  /** Undefined when the daemon went away meanwhile: nothing was promised then. */
  async #call(method: string, path: string, body?: unknown): Promise<Reply | undefined> {
    await this.#restarting;
    const headers = method === 'POST' && path === '/tts/enqueue' ? { 'idempotency-key': randomUUID() } : {};
    return this.daemon.call(method, path, body, headers).catch(() => undefined);
  }

  #promise(id: string): void {
    this.counts.acknowledged++;
    this.#promised.set(id, { acceptedMs: Date.now(), ended: null, sha256: null, forgotten: false });
    for (const [old, { ended, forgotten }] of this.#promised) {
      if (this.#promised.size <= REMEMBER) break;
      if (ended !== null || forgotten) this.#promised.delete(old);
    }
  }

  #pick(): string | undefined {
    const all = [...this.#promised.keys()];
    const ids = Math.random() < 0.7 ? all.slice(-YOUNG) : all;
    return ids[Math.floor(Math.random() * ids.length)];
  }

  /** More than it can make would only pile up. */
  async #hasEnough(): Promise<boolean> {
    const queue = (await this.#call('GET', '/v1/queue'))?.json<{ queued: { batch: number } }>();
    return queue === undefined || queue.queued.batch >= ENOUGH_QUEUED;
  }

  async #enqueue(text: string): Promise<void> {
    if (await this.#hasEnough()) return;
    const reply = await this.#call('POST', '/tts/enqueue', { text: `${Math.random()} ${text}` });
    if (reply?.status === 202) this.#promise(reply.json<{ job_id: string }>().job_id);
  }

  async #bulk(): Promise<void> {
    if (await this.#hasEnough()) return;
    const jobs = Array.from({ length: 3 }, () => ({ text: makeProse(120), label: 'bulk', format: 'mp3' }));
    const reply = await this.#call('POST', '/v1/jobs', { jobs });
    if (reply?.status !== 201) return;
    for (const { job } of reply.json<{ jobs: { job: { id: string } }[] }>().jobs) this.#promise(job.id);
  }

  async #see(id: string): Promise<JobState | undefined> {
    const reply = await this.#call('GET', `/v1/jobs/${id}`);
    const promised = this.#promised.get(id);
    if (reply === undefined || promised === undefined) return undefined;
    if (reply.status === 404) {
      if (!promised.forgotten && Date.now() - promised.acceptedMs < TTL_MS) this.counts.lost++;
      promised.forgotten = true;
      return undefined;
    }
    const { state } = reply.json<{ state: JobState }>();
    if (promised.ended !== null && promised.ended !== state && isFinal(state)) this.counts.doubled++;
    if (promised.ended === null && state === 'completed') this.counts.completed++;
    if (promised.ended === null && state === 'failed') this.counts.failed++;
    if (isFinal(state)) promised.ended = state;
    return state;
  }

  async #look(): Promise<void> {
    await this.#call('GET', '/v1/jobs?limit=50');
    const id = this.#pick();
    if (id !== undefined) await this.#see(id);
  }

  async #fetch(): Promise<void> {
    const id = this.#pick();
    if (id === undefined || (await this.#see(id)) !== 'completed') return;
    const reply = await this.#call('GET', `/tts/${id}/result`);
    if (reply?.status !== 200) return;
    const promised = this.#promised.get(id);
    // Another client has had it deleted meanwhile.
    if (promised === undefined) return;
    const sha256 = createHash('sha256').update(reply.body).digest('hex');
    promised.sha256 ??= sha256;
    this.counts.fetched++;
    if (reply.headers.etag !== `"${sha256}"` || promised.sha256 !== sha256) this.counts.wrongBytes++;
  }

  async #cancel(): Promise<void> {
    const id = this.#pick();
    if (id === undefined || Math.random() < 0.6) return;
    const reply = await this.#call('POST', `/v1/jobs/${id}/cancel`, {});
    if (reply?.status !== 200 || !reply.json<{ cancelled: boolean }>().cancelled) return;
    this.counts.cancelled++;
    const promised = this.#promised.get(id);
    if (promised !== undefined) promised.ended = 'cancelled';
  }

  async #retry(): Promise<void> {
    const id = this.#pick();
    if (id === undefined || (await this.#see(id)) !== 'cancelled') return;
    // Whatever the answer, from here on another end is allowed.
    const promised = this.#promised.get(id);
    if (promised !== undefined) promised.ended = null;
    await this.#call('POST', `/v1/jobs/${id}/retry`);
    await this.#see(id);
  }

  async #stream(): Promise<void> {
    const reply = await this.#call('POST', '/tts', {
      text: `${Math.random()} is spoken at once.`,
      stream: true,
    });
    if (reply?.status === 200) this.counts.streamed++;
  }

  async #forget(): Promise<void> {
    const id = this.#pick();
    if (id === undefined || Math.random() < 0.7) return;
    const promised = this.#promised.get(id);
    if (promised === undefined || promised.forgotten) return;
    // Before it is asked: another client may look at the job before the answer is here.
    promised.forgotten = true;
    const reply = await this.#call('DELETE', `/v1/jobs/${id}`);
    // Without an answer it may be gone or not.
    if (reply !== undefined && reply.status !== 204) promised.forgotten = false;
  }

  async #backUp(): Promise<void> {
    if (Math.random() < 0.1) await this.#call('GET', '/v1/backup');
  }
}
