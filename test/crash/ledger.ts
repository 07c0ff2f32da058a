// What the clients were told: every id that was acknowledged, and what was said of it since.

/** One request to submit; its label is on all its jobs. */
export interface Submission {
  /** Null for the queue route, which takes none. */
  label: string | null;
  /** Index of the spec of each job. */
  specs: number[];
  keys: (string | undefined)[];
  /** One for each job, once acknowledged. */
  ids: string[] | undefined;
}

export interface KnownJob {
  id: string;
  spec: number;
  /** The last change that was asked for, and the answer; undefined when none came. */
  lastChange:
    | { asked: 'cancel' | 'retry'; answer: 'cancelled' | 'too late' | 'queued' | 'refused' | undefined }
    | undefined;
  everCancelled: boolean;
  seenCompleted: boolean;
}

export class Ledger {
  readonly submissions: Submission[] = [];
  readonly jobs = new Map<string, KnownJob>();
  /** Broken promises, in words. */
  readonly problems: string[] = [];
  readonly counts = { lost: 0, doubled: 0, wrongBytes: 0, wrongState: 0 };

  acknowledge(submission: Submission, ids: string[]): void {
    if (ids.length !== submission.specs.length)
      this.report('wrongState', `${submission.specs.length} jobs sent, ${ids.length} ids answered`);
    if (submission.ids !== undefined && submission.ids.join() !== ids.join())
      this.report('doubled', `the same keys gave ${submission.ids} and then ${ids}`);
    submission.ids ??= ids;
    for (const [index, id] of ids.entries()) {
      const spec = submission.specs[index]!;
      const known = this.jobs.get(id);
      if (known !== undefined && submission.keys[index] === undefined)
        this.report('doubled', `id ${id} was given out twice`);
      if (known === undefined)
        this.jobs.set(id, { id, spec, lastChange: undefined, everCancelled: false, seenCompleted: false });
    }
  }

  report(kind: keyof Ledger['counts'], problem: string): void {
    this.counts[kind]++;
    this.problems.push(`${kind}: ${problem}`);
  }
}
