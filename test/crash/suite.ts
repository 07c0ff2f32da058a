// The crash suite: rounds in which clients work on a daemon until it is killed, then a check of every promise made.
// A directory lives through a number of rounds; the last ones are retention's, with results old enough to be removed.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobView } from '../../src/api/job.ts';
import { type Daemon, type DaemonOptions, startDaemon } from '../helpers/daemon.ts';
import { getShimEnv } from '../helpers/disk-shim.ts';
import { lookForHost } from '../helpers/engine-host.ts';
import { checkDatabase, checkFiles, checkPromises, finishAll, listJobs } from './check.ts';
import { Client } from './client.ts';
import { type Kill, type PointName, planKill, planRetentionKill } from './kills.ts';
import { Ledger } from './ledger.ts';
import { createRandom, type Random } from './random.ts';
import { renderUndisturbed, type Spec } from './specs.ts';

const ROUNDS_PER_DIRECTORY = 20;
const RETENTION_ROUNDS = 2;
const CLIENTS = 4;
/** A round whose point was not reached ends with an ordinary kill. */
const ROUND_MS = 1000;
/** Every other directory begins with it, so that migrations run over jobs that are there. */
const OLD_DATABASE = join(import.meta.dirname, '../fixtures/db/v1.db');

/** The cache is too small for what is asked for, so that chunks are evicted all the time. */
const CONFIG = 'job_queue:\n  chunk_cache_bytes: 2000000\n  cleanup_interval_sec: 1\n';
const RETENTION_CONFIG = 'job_queue:\n  job_ttl_hours: 0.0001\n  cleanup_interval_sec: 1\n';

export interface Report {
  rounds: number;
  kills: { ttsd: number; 'engine host': number; points: Partial<Record<PointName, number>> };
  submitted: number;
  acknowledged: number;
  lost: number;
  doubled: number;
  wrongBytes: number;
  wrongState: number;
  problems: string[];
}

export async function runCrashSuite(options: {
  rounds: number;
  seed: number;
  /** After each directory: what came of all so far, and the problems of this one. */
  onDirectory?: (report: Report, problems: readonly string[]) => void;
}): Promise<Report> {
  const report: Report = {
    rounds: 0,
    kills: { ttsd: 0, 'engine host': 0, points: {} },
    submitted: 0,
    acknowledged: 0,
    lost: 0,
    doubled: 0,
    wrongBytes: 0,
    wrongState: 0,
    problems: [],
  };
  const undisturbed = await mkdtemp(join(tmpdir(), 'ttsd-crash-'));
  const specs = await renderUndisturbed(undisturbed);
  await rm(undisturbed, { recursive: true });
  for (let index = 0; report.rounds < options.rounds; index++) {
    const rounds = Math.min(ROUNDS_PER_DIRECTORY, options.rounds - report.rounds);
    const directory = new Directory(await mkdtemp(join(tmpdir(), 'ttsd-crash-')), {
      random: createRandom(options.seed + index),
      specs,
      report,
      isOld: index % 2 === 1,
    });
    const { counts, problems } = await directory.run(rounds);
    report.rounds += rounds;
    for (const kind of ['lost', 'doubled', 'wrongBytes', 'wrongState'] as const) report[kind] += counts[kind];
    const named = problems.map((problem) => `seed ${options.seed + index}, ${directory.dir}: ${problem}`);
    report.problems.push(...named);
    if (problems.length === 0) await rm(directory.dir, { recursive: true });
    options.onDirectory?.(report, named);
  }
  return report;
}

class Directory {
  readonly dir: string;
  readonly #dataDir: string;
  readonly #random: Random;
  readonly #specs: readonly Spec[];
  readonly #report: Report;
  readonly #ledger = new Ledger();
  readonly #clients: Client[];
  readonly #oldIds: ReadonlySet<string>;

  constructor(
    dir: string,
    {
      random,
      specs,
      report,
      isOld,
    }: { random: Random; specs: readonly Spec[]; report: Report; isOld: boolean },
  ) {
    this.dir = dir;
    this.#dataDir = join(dir, 'data');
    this.#random = random;
    this.#specs = specs;
    this.#report = report;
    this.#clients = Array.from(
      { length: CLIENTS },
      (_, index) => new Client({ name: `client-${index}`, random, specs, ledger: this.#ledger }),
    );
    mkdirSync(this.#dataDir, { mode: 0o700 });
    if (isOld) copyFileSync(OLD_DATABASE, join(this.#dataDir, 'ttsd.db'));
    this.#oldIds = new Set(isOld ? readOldIds() : []);
    writeFileSync(join(dir, 'config.yaml'), CONFIG);
    writeFileSync(join(dir, 'retention.yaml'), RETENTION_CONFIG);
  }

  async run(rounds: number): Promise<Ledger> {
    try {
      const ordinary = Math.max(1, rounds - RETENTION_ROUNDS);
      for (let round = 0; round < ordinary; round++)
        await this.#runRound(planKill(this.#random, { isFirst: round === 0 }), 'config.yaml', this.#clients);
      await this.#check();
      for (let round = ordinary; round < rounds; round++)
        await this.#runRound(planRetentionKill(this.#random), 'retention.yaml', []);
      await this.#checkAfterRetention();
    } catch (error) {
      this.#ledger.report(
        'wrongState',
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      );
    }
    this.#report.submitted += this.#ledger.submissions.reduce((sum, { specs }) => sum + specs.length, 0);
    this.#report.acknowledged += this.#ledger.jobs.size;
    return this.#ledger;
  }

  async #runRound(kill: Kill, config: string, clients: readonly Client[]): Promise<void> {
    const gone = new AbortController();
    let child: Daemon['child'] | undefined;
    const { at } = kill;
    const { kills } = this.#report;
    const daemon = await this.#start(config, {
      env: 'killPoint' in at ? getShimEnv(this.#dataDir, { kill: at.killPoint }) : {},
      onSpawn: (spawned) => {
        child = spawned;
        spawned.once('exit', () => gone.abort());
        if ('afterSpawnMs' in at) setTimeout(() => spawned.kill('SIGKILL'), at.afterSpawnMs);
      },
    }).catch((error: unknown) => {
      if (child?.signalCode !== 'SIGKILL') throw error;
    });
    if (daemon !== undefined) {
      const working = Promise.all(clients.map((client) => client.work(daemon, gone.signal)));
      working.catch(() => {});
      await this.#waitForMoment(kill, daemon, gone.signal);
    }
    const isOver = child?.signalCode === 'SIGKILL';
    if (!isOver && child?.exitCode !== null) throw new Error(`ttsd ended with exit code ${child?.exitCode}`);
    if ('point' in at && isOver) kills.points[at.point] = (kills.points[at.point] ?? 0) + 1;
    kills.ttsd++;
    await daemon?.stop('SIGKILL');
  }

  /** Kills the engine host where the round says so; ttsd is the caller's. */
  async #waitForMoment({ who, at }: Kill, daemon: Daemon, gone: AbortSignal): Promise<void> {
    const wait = (ms: number) => delay(ms, undefined, { signal: gone }).catch(() => {});
    await wait('afterReadyMs' in at ? at.afterReadyMs : ROUND_MS);
    if (who === 'ttsd') return;
    const host = await lookForHost(daemon);
    if (host !== undefined && tryKill(host)) this.#report.kills['engine host']++;
    if (who === 'engine host') await wait(ROUND_MS / 3);
  }

  async #check(): Promise<void> {
    const daemon = await this.#start('config.yaml');
    await finishAll(daemon);
    await checkPromises(daemon, { ledger: this.#ledger, specs: this.#specs, oldIds: this.#oldIds });
    await this.#stop(daemon);
  }

  /** What retention was killed at is either whole or gone, and no file outlives its job. */
  async #checkAfterRetention(): Promise<void> {
    const daemon = await this.#start('config.yaml');
    const kept = (await listJobs(daemon)).filter(({ result }) => result !== null);
    await checkFiles(this.#dataDir, new Set(kept.map(({ id }) => id)), this.#ledger);
    await this.#stop(daemon);
  }

  #start(config: string, options: DaemonOptions = {}): Promise<Daemon> {
    return startDaemon({ ...options, dataDir: this.#dataDir, config: join(this.dir, config) });
  }

  async #stop(daemon: Daemon): Promise<void> {
    const code = await daemon.stop();
    if (code !== 0) this.#ledger.report('wrongState', `SIGTERM ended it with ${code}`);
    checkDatabase(this.#dataDir, this.#ledger);
  }
}

/** Without those that ended so long ago that they are forgotten. */
function readOldIds(): string[] {
  const jobs = JSON.parse(readFileSync(OLD_DATABASE.replace('.db', '.json'), 'utf8')) as JobView[];
  return jobs.filter(({ state }) => state !== 'failed' && state !== 'cancelled').map(({ id }) => id);
}

function tryKill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
