// What followers are told of jobs, written once for all who are told the same at about the same time.
import { JOB_EVENT, REMOVED_EVENT } from '../../api/events.ts';
import { isFinal, type JobState } from '../../api/job.ts';
import type { Job } from '../jobs/job.ts';
import type { JobChanges } from '../jobs/job-changes.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { JobStore } from '../jobs/store.ts';
import { AskTogether } from './ask-together.ts';
import { toEvent } from './events.ts';

/** Changes read from the store at once. */
const PAGE = 100;
/** What was told of a job holds no longer than this: what is left of the time moves by itself. */
const LIFE_MS = 50;

export interface QueueFilter {
  label?: string;
  states?: readonly JobState[];
}

/** A job as it is now. */
export interface JobNow {
  event: string;
  /** Of its last change. */
  number: number;
  isFinal: boolean;
}

/** What came after a change. */
export interface NewChanges {
  events: Buffer;
  /** The last of them; that after which was asked when there are none. */
  number: number;
  ids: string[];
  isWhole: boolean;
}

export class JobEvents {
  readonly #store: JobStore;
  readonly #jobs: Jobs;
  readonly #ofJob = new AskTogether<JobNow | undefined>(LIFE_MS);
  readonly #progress = new AskTogether<string>(LIFE_MS);
  readonly #ofQueue = new AskTogether<NewChanges>(LIFE_MS);

  /** To be made before anybody follows: of a change it hears first. */
  constructor({ store, jobs, changes }: { store: JobStore; jobs: Jobs; changes: JobChanges }) {
    this.#store = store;
    this.#jobs = jobs;
    changes.onAny((id) => this.#ofJob.forget(id));
    store.onChange(() => {
      this.#ofJob.forgetAll();
      this.#ofQueue.forgetAll();
    });
  }

  /** Undefined once it is forgotten. */
  describeJob(id: string): Promise<JobNow | undefined> {
    return this.#ofJob.get(id, async () => {
      const change = await this.#store.getChange(id);
      if (change === undefined) return undefined;
      const { job, number } = change;
      const event = toEvent(JOB_EVENT, await this.#jobs.view(job), number);
      return { event, number, isFinal: isFinal(job.state) };
    });
  }

  listChanges(after: number, filter: QueueFilter): Promise<NewChanges> {
    return this.#ofQueue.get(JSON.stringify([after, filter]), async () => {
      const page = await this.#store.listChanges({ after, limit: PAGE });
      const events = page.map(({ number, id, job }) => {
        if (job === null) return toEvent(REMOVED_EVENT, { id }, number);
        return matches(job, filter) ? toEvent(JOB_EVENT, this.#jobs.viewBriefly(job), number) : '';
      });
      return {
        events: Buffer.from(events.join('')),
        number: page.at(-1)?.number ?? after,
        ids: page.map(({ id }) => id),
        isWhole: page.length < PAGE,
      };
    });
  }

  /** No number: progress is no change, and is not told again. */
  async describeProgress(job: Job, filter: QueueFilter): Promise<string> {
    if (!matches(job, filter)) return '';
    return this.#progress.get(job.id, async () => toEvent(JOB_EVENT, this.#jobs.viewBriefly(job)));
  }
}

function matches({ label, state }: Job, filter: QueueFilter): boolean {
  return (
    (filter.label === undefined || filter.label === label) &&
    (filter.states === undefined || filter.states.includes(state))
  );
}
