// The daemon under test as a sequence sees it: it can be killed and is started again; what a text sounds like is
// remembered over all sequences, so that the same request never sounds in two ways.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { JobRequest, JobView } from '../../src/api/job.ts';
import { type Daemon, type Reply, startDaemon } from '../helpers/daemon.ts';
import { type KnownJob, type Model, note } from './model.ts';

export class Subject {
  daemon: Daemon;
  kills = 0;
  readonly #sounds = new Map<string, string>();

  private constructor(daemon: Daemon) {
    this.daemon = daemon;
  }

  static async start(dataDir: string): Promise<Subject> {
    return new Subject(await startDaemon({ dataDir }));
  }

  async kill(): Promise<void> {
    await this.daemon.stop('SIGKILL');
    this.kills++;
    this.daemon = await startDaemon({ dataDir: this.daemon.dataDir });
  }

  call(method: string, path: string, body?: unknown): Promise<Reply> {
    return this.daemon.call(method, path, body);
  }

  /** Looks at a job; answers whether it is final. */
  async look(model: Model, job: KnownJob): Promise<boolean> {
    const reply = await this.call('GET', `/v1/jobs/${job.id}`);
    if (job.state === 'forgotten') expectError(reply, 404, 'job_not_found');
    else note(model, job, expectJson(reply, 200));
    return job.state !== 'live';
  }

  /** Exactly the jobs that are known and not forgotten carry the label. */
  async checkList(label: string, model: Model): Promise<void> {
    const reply = await this.call('GET', `/v1/jobs?limit=1000&label=${label}`);
    const listed = expectJson<{ jobs: JobView[] }>(reply, 200).jobs;
    const known = model.jobs.filter(({ state }) => state !== 'forgotten');
    assert.deepEqual(listed.map(({ id }) => id).sort(), known.map(({ id }) => id).sort());
    const views = new Map(listed.map((view) => [view.id, view]));
    for (const job of known) note(model, job, views.get(job.id)!);
  }

  /** Fetches a result: what comes is what the model says, whole, and sounds as it did before. */
  async fetch(model: Model, job: KnownJob): Promise<void> {
    const reply = await this.call('GET', `/tts/${job.id}/result`);
    if (job.state === 'forgotten') return expectError(reply, 404, 'job_not_found');
    if (job.state === 'cancelled') return expectError(reply, 410, 'job_cancelled');
    if (job.state === 'live' && reply.status === 425) return expectError(reply, 425, 'job_not_ready');
    assert.equal(reply.status, 200, reply.body.toString('utf8', 0, 300));
    const sha256 = createHash('sha256').update(reply.body).digest('hex');
    assert.equal(reply.headers.etag, `"${sha256}"`);
    const view = expectJson<JobView>(await this.call('GET', `/v1/jobs/${job.id}`), 200);
    note(model, job, view);
    assert.deepEqual([view.result?.sha256, view.result?.bytes], [sha256, reply.body.length]);
    const wanted = nameSound(job.request);
    assert.equal(sha256, this.#sounds.get(wanted) ?? sha256, `${wanted} sounds otherwise than before`);
    this.#sounds.set(wanted, sha256);
  }
}

export function expectJson<T>(reply: Reply, ...statuses: number[]): T {
  assert.ok(statuses.includes(reply.status), `${reply.status} ${reply.body.toString('utf8', 0, 300)}`);
  return reply.json<T>();
}

export function expectError(reply: Reply, status: number, code: string): void {
  const { error } = expectJson<{ error?: { code: string } }>(reply, status);
  assert.equal(error?.code, code);
}

function nameSound({ text, format }: JobRequest): string {
  return `${JSON.stringify(text)} as ${format}`;
}
