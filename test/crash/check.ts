// The promises, checked against every id that was ever acknowledged, when all work is done and nobody kills any more.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { isFinal, type JobView } from '../../src/api/job.ts';
import type { ListReply } from '../../src/api/v1.ts';
import type { Daemon } from '../helpers/daemon.ts';
import { waitFor } from '../helpers/wait-for.ts';
import type { KnownJob, Ledger } from './ledger.ts';
import { type Spec, sha256 } from './specs.ts';

const ID_LENGTH = 36;
const SWEEP_MS = 10_000;

/** Waits until nothing is queued or running; what a killed engine host made fail is asked for again, and must succeed. */
export async function finishAll(daemon: Daemon): Promise<void> {
  for (;;) {
    await waitFor(
      'the queue to be empty',
      async () => {
        const { queued, running } = (await daemon.call('GET', '/v1/queue')).json<{
          queued: Record<string, number>;
          running: number;
        }>();
        return queued.interactive === 0 && queued.batch === 0 && running === 0;
      },
      300_000,
    );
    const crashed = (await listJobs(daemon)).filter(({ error }) => error?.code === 'engine_crashed');
    if (crashed.length === 0) return;
    for (const { id } of crashed) await daemon.call('POST', `/v1/jobs/${id}/retry`);
  }
}

export async function checkPromises(
  daemon: Daemon,
  { ledger, specs, oldIds }: { ledger: Ledger; specs: readonly Spec[]; oldIds: ReadonlySet<string> },
): Promise<void> {
  const listed = await listJobs(daemon);
  const found = new Map(listed.map((job) => [job.id, job]));
  if (found.size !== listed.length) ledger.report('doubled', 'an id is listed twice');
  for (const known of ledger.jobs.values()) {
    const job = found.get(known.id);
    if (job === undefined) ledger.report('lost', `${known.id} is unknown`);
    else await checkJob(daemon, ledger, known, job, specs[known.spec]!);
  }
  for (const id of oldIds)
    if (!found.has(id)) ledger.report('lost', `${id} of the older database is unknown`);
  checkSubmissions(
    ledger,
    listed.filter(({ id }) => !oldIds.has(id)),
  );
  const wanted = new Set(listed.filter(({ state }) => state === 'completed').map(({ id }) => id));
  await checkFiles(daemon.dataDir, wanted, ledger);
}

async function checkJob(
  daemon: Daemon,
  ledger: Ledger,
  known: KnownJob,
  job: JobView,
  spec: Spec,
): Promise<void> {
  const wrong = (why: string) => ledger.report('wrongState', `${job.id} is ${job.state}: ${why}`);
  const { lastChange, everCancelled, seenCompleted } = known;
  if (!isFinal(job.state)) wrong('not final');
  if (job.state === 'failed') wrong(job.error?.message ?? '');
  if (seenCompleted && job.state !== 'completed') wrong('it was seen completed');
  if (lastChange?.answer === 'cancelled' && job.state !== 'cancelled') wrong('its cancel was acknowledged');
  if (lastChange?.answer === 'queued' && job.state !== 'completed') wrong('its retry was acknowledged');
  if (!everCancelled && job.state === 'cancelled') wrong('nobody cancelled it');
  if (job.warnings.length > 0) wrong(job.warnings.join());
  if (job.state !== 'completed') return;
  const { body } = await daemon.call('GET', `/tts/${job.id}/result`);
  const hash = sha256(body);
  if (hash !== job.result?.sha256 || body.length !== job.result.bytes || hash !== spec.sha256)
    ledger.report(
      'wrongBytes',
      `${job.id}: ${body.length} bytes, SHA-256 ${hash}; the row says ${job.result?.sha256}, the undisturbed run ${spec.sha256}`,
    );
}

/** No submission became more jobs than it had, and one that nobody answered became all of its jobs or none. */
function checkSubmissions(ledger: Ledger, listed: readonly JobView[]): void {
  const counts = new Map<string | null, number>();
  for (const { label } of listed) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const { label, specs, ids } of ledger.submissions) {
    if (label === null) continue;
    const count = counts.get(label) ?? 0;
    if (count > specs.length)
      ledger.report('doubled', `${label} became ${count} jobs instead of ${specs.length}`);
    else if (count < specs.length && (count > 0 || ids !== undefined))
      ledger.report('lost', `of ${label} ${count} of ${specs.length} jobs are there`);
  }
  const sent = ledger.submissions.filter(({ label }) => label === null).length;
  const unlabelled = counts.get(null) ?? 0;
  if (unlabelled > sent)
    ledger.report('doubled', `${sent} requests to the queue route became ${unlabelled} jobs`);
}

/** Nothing lies about that belongs to no job, and nothing that a job has is missing. */
export async function checkFiles(
  dataDir: string,
  completed: ReadonlySet<string>,
  ledger: Ledger,
): Promise<void> {
  const dir = join(dataDir, 'results');
  const isStray = (name: string) => !completed.has(name.slice(0, ID_LENGTH));
  // What a kill left behind is swept beside the work; it is given the time.
  await waitFor('the sweep', async () => !(await readdir(dir)).some(isStray), SWEEP_MS).catch(() => {});
  const names = await readdir(dir);
  for (const name of names.filter(isStray)) ledger.report('wrongState', `results/${name} belongs to no job`);
  // Each may have its words beside it.
  const files = names.filter((name) => !name.endsWith('.words'));
  for (const id of completed)
    if (!files.some((name) => name.startsWith(id)))
      ledger.report('lost', `the result of ${id} is not on disk`);
  if (files.length > completed.size)
    ledger.report('wrongState', `${files.length} files for ${completed.size} results`);
  for (const name of await readdir(join(dataDir, 'chunks'), { recursive: true }))
    if (name.endsWith('.tmp')) ledger.report('wrongState', `chunks/${name} was left behind`);
}

/** With the daemon stopped. */
export function checkDatabase(dataDir: string, ledger: Ledger): void {
  const database = new Database(join(dataDir, 'ttsd.db'), { readonly: true });
  const answer = database.pragma('integrity_check', { simple: true });
  database.close();
  if (answer !== 'ok') ledger.report('wrongState', `integrity_check: ${answer}`);
}

export async function listJobs(daemon: Daemon): Promise<JobView[]> {
  const jobs: JobView[] = [];
  let query = 'limit=1000';
  for (;;) {
    const page = (await daemon.call('GET', `/v1/jobs?${query}`)).json<ListReply>();
    jobs.push(...page.jobs);
    if (page.next_cursor === null) return jobs;
    query = `limit=1000&cursor=${page.next_cursor}`;
  }
}
