// How long work takes, learned from work done: a mean in which what happened lately weighs most.

/** Characters (at the voice's natural pace) after which an old measurement weighs half. */
const HALF_LIFE = 6000;
/** So much is believed of a mean when it is set against a job's own. */
const BELIEF = 2000;

export interface MeasuredWork {
  units: number;
  ms: number;
}

export class Pace {
  #units: number;
  #ms: number;
  readonly #halfLife: number;

  /** `known` is what `toJSON` gave earlier. A unit is what the caller counts by: a character, or one loading. */
  constructor({ known, halfLife = HALF_LIFE }: { known?: MeasuredWork; halfLife?: number } = {}) {
    this.#units = known?.units ?? 0;
    this.#ms = known?.ms ?? 0;
    this.#halfLife = halfLife;
  }

  /** Null before the first measurement. */
  get msPerUnit(): number | null {
    return this.#units === 0 ? null : this.#ms / this.#units;
  }

  add(units: number, ms: number): void {
    const keep = 0.5 ** (units / this.#halfLife);
    this.#units = this.#units * keep + units;
    this.#ms = this.#ms * keep + ms;
  }

  /** This pace, seen by what is known in general: the less was measured here, the more that counts. Null when nothing was measured. */
  blend(general: Pace): number | null {
    const prior = general.msPerUnit;
    if (prior === null) return this.msPerUnit;
    return (this.#ms + prior * BELIEF) / (this.#units + BELIEF);
  }

  toJSON(): MeasuredWork {
    return { units: this.#units, ms: this.#ms };
  }
}

/** Characters as work: twice as fast speech is half as much of it. */
export function toUnits(chars: number, speed: number): number {
  return chars / speed;
}
