// Notices when the system's clock is set: what it says is compared with a time that only ever goes forward. A clock that
// jumps by days must not make everything old at once, so what is deleted by age waits until it has been steady a while.

const LOOK_EVERY_MS = 5000;
/** Smaller steps are ordinary corrections. */
const STEP_MS = 2000;
/** From here on a step makes ages doubtful. */
const DOUBTFUL_STEP_MS = 10 * 60_000;
/** After so long without a sign of life of the jobs, a start is looked at as a step of the clock. */
const DOUBTFUL_GAP_MS = 30 * 86_400_000;
const STEADY_AFTER_MS = 3_600_000;

export interface ClockWatchOptions {
  /** When something last happened, by the clock; 0 when nothing did. */
  latestMs: number;
  /** The clock was set by so many milliseconds. */
  onStep: (stepMs: number) => void;
  now?: () => number;
  monotonicNow?: () => number;
}

export class ClockWatch {
  readonly #onStep: (stepMs: number) => void;
  readonly #now: () => number;
  readonly #monotonicNow: () => number;
  readonly #timer: NodeJS.Timeout;
  #differenceMs: number;
  #doubtfulUntilMs = -Infinity;

  constructor({
    latestMs,
    onStep,
    now = Date.now,
    monotonicNow = () => performance.now(),
  }: ClockWatchOptions) {
    this.#onStep = onStep;
    this.#now = now;
    this.#monotonicNow = monotonicNow;
    this.#differenceMs = now() - monotonicNow();
    if (latestMs > 0 && now() - latestMs > DOUBTFUL_GAP_MS) this.#doubt();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** False for an hour after the clock was set by more than ten minutes. */
  get isSteady(): boolean {
    this.look();
    return this.#monotonicNow() >= this.#doubtfulUntilMs;
  }

  look(): void {
    const differenceMs = this.#now() - this.#monotonicNow();
    const stepMs = Math.round(differenceMs - this.#differenceMs);
    if (Math.abs(stepMs) < STEP_MS) return;
    this.#differenceMs = differenceMs;
    if (Math.abs(stepMs) >= DOUBTFUL_STEP_MS) this.#doubt();
    this.#onStep(stepMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #doubt(): void {
    this.#doubtfulUntilMs = this.#monotonicNow() + STEADY_AFTER_MS;
  }
}
