// What was measured on this machine: models, loading them, writing results. Kept over a restart, so that the first
// estimate after one is not a guess.
import type { JobStore } from '../jobs/store.ts';
import { type MeasuredWork, Pace } from './pace.ts';

const PREFIX = 'pace:';
/** Loading is counted by the time: the last few decide. */
const LOADS_HALF_LIFE = 3;

export class Paces {
  readonly #store: Pick<JobStore, 'keepNote'>;
  readonly #all = new Map<string, Pace>();
  readonly #kept = new Map<string, string>();
  readonly #known: Readonly<Record<string, string>>;

  /** `notes` is what the store remembers. */
  constructor(store: Pick<JobStore, 'keepNote'>, notes: Readonly<Record<string, string>>) {
    this.#store = store;
    this.#known = notes;
  }

  /** Characters through a model. */
  ofModel(model: string): Pace {
    return this.#get(`model:${model}`);
  }

  /** Times a model was loaded. */
  ofLoading(model: string): Pace {
    return this.#get(`load:${model}`, LOADS_HALF_LIFE);
  }

  /** Characters whose audio became a file of the format. */
  ofWriting(format: string): Pace {
    return this.#get(`write:${format}`);
  }

  /** Stores what has changed since the last time. Losing it costs a few estimates. */
  async save(): Promise<void> {
    for (const [name, pace] of this.#all) {
      if (pace.msPerUnit === null) continue;
      const value = JSON.stringify(pace);
      if (this.#kept.get(name) === value) continue;
      await this.#store.keepNote(PREFIX + name, value);
      this.#kept.set(name, value);
    }
  }

  #get(name: string, halfLife?: number): Pace {
    const existing = this.#all.get(name);
    if (existing !== undefined) return existing;
    const note = this.#known[PREFIX + name];
    const known = note === undefined ? undefined : (JSON.parse(note) as MeasuredWork);
    const pace = new Pace({ ...(known && { known }), ...(halfLife === undefined ? {} : { halfLife }) });
    this.#all.set(name, pace);
    return pace;
  }
}
