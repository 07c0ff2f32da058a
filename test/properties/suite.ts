// Random sequences of what a client may do, on one daemon, against a model of what was answered. At the end of each, all
// work is let finish, everything that was ever acknowledged is checked, and then forgotten.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { waitFor } from '../helpers/wait-for.ts';
import { command, type Real, resume } from './commands.ts';
import type { Model } from './model.ts';
import { expectJson, Subject } from './subject.ts';

const MAX_COMMANDS = 25;
/** In memory, if there is such a place: killed processes are what this is about, and the disk takes most of the time. */
const WHERE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface PropertiesReport {
  sequences: number;
  /** Done in them, the checks at their ends left out. */
  commands: number;
  kills: number;
  acknowledged: number;
  /** What fast-check says of a sequence that broke a promise, shrunk; undefined when none did. */
  failure: string | undefined;
}

export async function runProperties(options: {
  runs: number;
  seed: number;
  onSequence?: (report: PropertiesReport) => void;
}): Promise<PropertiesReport> {
  const dataDir = await mkdtemp(join(WHERE, 'ttsd-properties-'));
  const subject = await Subject.start(dataDir);
  const report: PropertiesReport = {
    sequences: 0,
    commands: 0,
    kills: 0,
    acknowledged: 0,
    failure: undefined,
  };
  const sequence = fc.commands([command], { maxCommands: MAX_COMMANDS, size: 'max' });
  const property = fc.asyncProperty(sequence, async (commands) => {
    const real: Real = { subject, label: `sequence-${++report.sequences}` };
    const model: Model = { jobs: [], isPaused: false };
    // One that broke off may have left it paused.
    await resume(model, real);
    await fc.asyncModelRun(() => ({ model, real }), commands);
    await checkAll(model, real);
    report.commands += [...commands].length;
    report.acknowledged += model.jobs.length;
    report.kills = subject.kills;
    options.onSequence?.(report);
  });
  try {
    const details = await fc.check(property, { numRuns: options.runs, seed: options.seed });
    if (details.failed)
      report.failure = `${fc.defaultReportMessage(details)}\n${(details.errorInstance as Error).stack}`;
  } finally {
    await subject.daemon.stop();
    await rm(dataDir, { recursive: true });
  }
  return report;
}

async function checkAll(model: Model, real: Real): Promise<void> {
  const { subject, label } = real;
  await resume(model, real);
  for (const job of model.jobs) {
    if (job.state !== 'live' || !job.isPostponed) continue;
    expectJson(await subject.call('PATCH', `/v1/jobs/${job.id}`, { not_before: null }), 200);
    job.isPostponed = false;
  }
  for (const job of model.jobs) await waitFor(`job ${job.id} to end`, () => subject.look(model, job), 60_000);
  await subject.checkList(label, model);
  for (const job of model.jobs) {
    await subject.fetch(model, job);
    if (job.state === 'forgotten') continue;
    const { status, body } = await subject.call('DELETE', `/v1/jobs/${job.id}`);
    if (status !== 204) throw new Error(`forgetting ${job.id}: ${status} ${body}`);
    job.state = 'forgotten';
    await subject.fetch(model, job);
  }
  await subject.checkList(label, model);
}
