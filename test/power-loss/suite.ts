// Power loss: a life of ttsd is recorded, and the disk that each moment of it may leave behind is opened again.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { isFinal } from '../../src/api/job.ts';
import type { ListReply } from '../../src/api/v1.ts';
import { openSqliteStore } from '../../src/daemon/jobs/sqlite-store.ts';
import { createRandom, type Random } from '../crash/random.ts';
import { startDaemon } from '../helpers/daemon.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { Disk, LOSSES } from './disk.ts';
import { type LoggedChange, parseFileLog } from './file-log.ts';
import { type Acknowledgement, type Recording, record } from './record.ts';

export interface PowerLossReport {
  changes: number;
  syncs: number;
  acknowledged: number;
  /** Disks opened, and how many of them differed from every other. */
  states: number;
  distinct: number;
  /** Of these, opened by a whole daemon that then finished all jobs. */
  byDaemon: number;
  problems: string[];
}

/** Files that are nobody's promise: SQLite makes -shm anew, and the rest says which process runs. */
const FLEETING = /-shm$|^(logs|run|endpoint\.json.*|lock\.db.*)(\/|$)/;

export async function runPowerLossSuite(options: {
  states: number;
  daemons: number;
  seed: number;
}): Promise<PowerLossReport> {
  const dir = mkdtempSync(join(tmpdir(), 'ttsd-power-'));
  const dataDir = join(dir, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const recording = await record(dataDir, join(dir, 'log'));
  const changes = parseFileLog(readFileSync(join(dir, 'log')));
  const report: PowerLossReport = {
    changes: changes.length,
    syncs: changes.filter(({ kind }) => kind === 'sync').length,
    acknowledged: recording.acknowledged.length,
    states: 0,
    distinct: 0,
    byDaemon: 0,
    problems: [],
  };
  report.problems.push(...checkRecording(changes, dataDir, join(dir, 'replayed')));
  const random = createRandom(options.seed);
  const seen = new Set<string>();
  const disk = new Disk(dataDir);
  let applied = 0;
  for (const { after, loss, byDaemon } of pickMoments(changes.length, options, random)) {
    for (; applied < after; applied++) disk.apply(changes[applied]!);
    const state = join(dir, 'state');
    disk.writeOut(state, loss, random);
    seen.add(hashTree(state));
    const position = changes[after - 1]?.end ?? 0;
    const due = recording.acknowledged.filter((one) => one.position <= position);
    const problems = await (byDaemon
      ? checkWithDaemon(state, due, recording)
      : checkWithStore(state, due, recording));
    report.states++;
    if (byDaemon) report.byDaemon++;
    const where = `after change ${after} of ${changes.length}, ${loss}`;
    report.problems.push(...problems.map((problem) => `${where}: ${problem}`));
    rmSync(state, { recursive: true });
  }
  report.distinct = seen.size;
  rmSync(dir, { recursive: true });
  return report;
}

/** In the order of the log, so that it is replayed once. */
function pickMoments(
  changes: number,
  { states, daemons }: { states: number; daemons: number },
  random: Random,
) {
  const every = Math.max(1, Math.floor(states / Math.max(1, daemons)));
  return Array.from({ length: states }, (_, index) => ({
    after: Math.floor(random() * (changes + 1)),
    loss: LOSSES[index % LOSSES.length]!,
    byDaemon: index % every === every - 1 && index < every * daemons,
  })).sort((a, b) => a.after - b.after);
}

/** Replayed to its end with nothing lost, the log gives the very files that ttsd left behind: nothing bypasses it. */
function checkRecording(changes: readonly LoggedChange[], dataDir: string, target: string): string[] {
  const disk = new Disk(dataDir);
  for (const change of changes) disk.apply(change);
  disk.writeOut(target, 'kept', Math.random);
  const [ours, real] = [hashTree(target), hashTree(dataDir)];
  return ours === real
    ? []
    : ['the log does not give the files that are on disk: something was written past it'];
}

async function checkWithStore(
  state: string,
  due: readonly Acknowledgement[],
  { acknowledged }: Recording,
): Promise<string[]> {
  const store = await openSqliteStore({ dataDir: state, onFailure: () => {} }).catch((error: Error) => error);
  if (store instanceof Error) return [`the database does not open: ${store.message}`];
  const jobs = new Map((await store.list({ limit: 1_000_000 })).map((job) => [job.id, job]));
  const problems = checkAcknowledged(due, acknowledged, (id) => jobs.get(id)?.state);
  for (const job of jobs.values()) {
    if (job.state === 'completed' && hashFile(join(state, 'results', job.result.file)) !== job.result.sha256)
      problems.push(`the result of completed job ${job.id} is not whole`);
    if ((await store.getText(job.id)) === undefined) problems.push(`the text of job ${job.id} is gone`);
  }
  await store.close();
  return problems;
}

/** A whole daemon starts, finishes what was not finished, and makes the samples of the undisturbed run. */
async function checkWithDaemon(
  state: string,
  due: readonly Acknowledgement[],
  { acknowledged, sha256 }: Recording,
): Promise<string[]> {
  const daemon = await startDaemon({ dataDir: state });
  try {
    const { jobs: before } = (await daemon.call('GET', '/v1/jobs?limit=1000')).json<ListReply>();
    const made = before
      .filter(({ warnings }) => warnings.length > 0)
      .map(({ id, warnings }) => `${id}: ${warnings}`);
    const jobs = await waitFor('every job to end', async () => {
      const { jobs: now } = (await daemon.call('GET', '/v1/jobs?limit=1000')).json<ListReply>();
      return now.every((job) => isFinal(job.state)) && now;
    });
    const problems = checkAcknowledged(due, acknowledged, (id) => jobs.find((job) => job.id === id)?.state);
    for (const { id, state: is, result } of jobs) {
      if (is === 'failed') problems.push(`${id} failed`);
      if (is === 'completed' && sha256.has(id) && result?.sha256 !== sha256.get(id))
        problems.push(`the result of ${id} is not that of the undisturbed run`);
    }
    return [...made, ...problems];
  } finally {
    await daemon.stop();
  }
}

function checkAcknowledged(
  due: readonly Acknowledgement[],
  all: readonly Acknowledgement[],
  getState: (id: string) => string | undefined,
): string[] {
  return due.flatMap(({ id, what }) => {
    const state = getState(id);
    // A removal may be on disk before it was acknowledged.
    const mayBeGone = all.some((other) => other.id === id && other.what === 'removed');
    if (what === 'removed') return state === undefined ? [] : [`${id} was removed and is ${state}`];
    if (state === undefined) return mayBeGone ? [] : [`${id} was ${what} and is lost`];
    return what === 'submitted' || state === what ? [] : [`${id} was ${what} and is ${state}`];
  });
}

function hashTree(dir: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(dir, { recursive: true, withFileTypes: true })
    .map((entry) => ({ isFile: entry.isFile(), path: join(entry.parentPath, entry.name) }))
    .filter(({ path }) => !FLEETING.test(relative(dir, path)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { isFile, path } of names)
    hash.update(`${relative(dir, path)}\0${isFile ? hashFile(path) : 'directory'}\n`);
  return hash.digest('hex');
}

function hashFile(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}
