// Tries one fault of the disk after another on a running daemon: what it acknowledged must be there afterwards, what it
// refused must say why, and it must go on by itself.
import { createHash } from 'node:crypto';
import { type Daemon, type Reply, startDaemon } from '../helpers/daemon.ts';
import { waitFor } from '../helpers/wait-for.ts';
import type { FailingDisk, Fault } from './failing-disk.ts';

export interface TrialCounts {
  faults: number;
  /** Faults that no operation met. */
  notMet: number;
  failedOperations: number;
  acknowledged: number;
  refused: number;
  /** The daemon ended with a message and was started again. */
  restarts: number;
  lost: number;
  wrongBytes: number;
}

const CLEAR_REFUSALS = ['disk_full', 'storage_failed'];
const PROVOKE_TRIES = 40;

export class DiskTrials {
  readonly counts: TrialCounts = {
    faults: 0,
    notMet: 0,
    failedOperations: 0,
    acknowledged: 0,
    refused: 0,
    restarts: 0,
    lost: 0,
    wrongBytes: 0,
  };
  daemon: Daemon;
  readonly #disk: FailingDisk;
  readonly #dataDir: string;
  readonly #ids: string[] = [];

  private constructor(disk: FailingDisk, dataDir: string, daemon: Daemon) {
    this.#disk = disk;
    this.#dataDir = dataDir;
    this.daemon = daemon;
  }

  static async start(disk: FailingDisk, dataDir: string): Promise<DiskTrials> {
    return new DiskTrials(disk, dataDir, await startDaemon({ dataDir, env: disk.env }));
  }

  /** Submits work until the fault has struck, then mends the disk. */
  async provoke(fault: Fault): Promise<void> {
    this.counts.faults++;
    // What the fault before brought about must not stand in front of this one.
    await this.#waitUntilReady();
    this.#disk.fail(fault);
    for (let tries = 0; tries < PROVOKE_TRIES && this.#disk.countHits() === 0; tries++) {
      await this.#submit();
      await waitFor('a moment', async () => this.#disk.countHits() > 0, 100).catch(() => {});
    }
    // Once more while it lasts.
    await this.#submit();
    const hits = this.#disk.countHits();
    this.#disk.mend();
    this.counts.failedOperations += hits;
    if (hits === 0) this.counts.notMet++;
  }

  /** Resolves when everything acknowledged so far is completed. */
  async waitUntilWell(): Promise<void> {
    await this.#waitUntilReady();
    for (const id of this.#ids) {
      await waitFor(`job ${id}`, async () => {
        const reply = await this.daemon.call('GET', `/tts/${id}/status`);
        const { status, error } = reply.json<{ status: string; error?: string }>();
        if (status === 'failed') throw new Error(`job ${id} failed: ${error}`);
        return status === 'completed';
      });
    }
  }

  /** Kills the daemon, starts it again and looks at every job that was ever acknowledged. */
  async check(): Promise<void> {
    await this.daemon.stop('SIGKILL');
    this.daemon = await startDaemon({ dataDir: this.#dataDir, env: this.#disk.env });
    await this.waitUntilWell();
    for (const id of this.#ids) {
      const reply = await this.daemon.call('GET', `/tts/${id}/result`);
      if (reply.status !== 200) this.counts.lost++;
      else if (reply.headers.etag !== `"${createHash('sha256').update(reply.body).digest('hex')}"`)
        this.counts.wrongBytes++;
    }
  }

  async #waitUntilReady(): Promise<void> {
    if (this.#isGone) await this.#restart();
    await waitFor(
      'the daemon to be well',
      async () => (await this.daemon.call('GET', '/readyz')).status === 200,
    );
  }

  get #isGone(): boolean {
    return this.daemon.child.exitCode !== null || this.daemon.child.signalCode !== null;
  }

  async #restart(): Promise<void> {
    this.counts.restarts++;
    this.daemon = await startDaemon({ dataDir: this.#dataDir, env: this.#disk.env });
  }

  async #submit(): Promise<void> {
    if (this.#isGone) await this.#restart();
    const text = `Number ${this.counts.acknowledged + this.counts.refused} of many.`;
    let reply: Reply;
    try {
      reply = await this.daemon.call('POST', '/tts/enqueue', { text });
    } catch {
      // No answer: nothing was promised.
      return;
    }
    const answer = reply.json<{ job_id: string; error: { code: string; message: string } }>();
    if (reply.status === 202) {
      this.#ids.push(answer.job_id);
      this.counts.acknowledged++;
    } else if (CLEAR_REFUSALS.includes(answer.error.code)) {
      this.counts.refused++;
    } else {
      throw new Error(`${reply.status}: ${JSON.stringify(answer)}`);
    }
  }
}
