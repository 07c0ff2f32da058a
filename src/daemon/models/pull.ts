// One pull under way, and those who watch it. It goes on as long as somebody does: when the last one leaves, it stops, and the next
// pull goes on from there.
import type { PullProgress } from '../../api/models.ts';
import type { Progress } from '../../engine/model/download/pull-model.ts';

/** The speed is that of so many milliseconds. */
const SPEED_OVER_MS = 3000;

export class Pull {
  /** Settles when the model is here, or will not be. */
  readonly outcome: Promise<void>;
  readonly #id: string;
  readonly #stop = new AbortController();
  readonly #watchers = new Set<() => void>();
  #progress: Progress = { phase: 'waiting', bytesDone: 0, bytesTotal: 0 };
  #samples: { atMs: number; bytes: number }[] = [];

  constructor(
    id: string,
    run: (how: { signal: AbortSignal; onProgress: (progress: Progress) => void }) => Promise<void>,
  ) {
    this.#id = id;
    this.outcome = run({
      signal: this.#stop.signal,
      onProgress: (progress) => {
        this.#progress = progress;
        this.#note(progress);
        for (const tell of this.#watchers) tell();
      },
    });
    // Whoever watches sees it; nobody watching is no reason to end the daemon.
    this.outcome.catch(() => {});
  }

  /** It is on its way out: whoever wants the model begins anew after it. */
  get isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  get progress(): PullProgress {
    const { phase, bytesDone, bytesTotal } = this.#progress;
    return {
      id: this.#id,
      phase,
      bytes_done: bytesDone,
      bytes_total: bytesTotal,
      bytes_per_sec: phase === 'downloading' ? this.#countPerSec() : null,
    };
  }

  /** Calls `tell` after each change, until the returned function is called. */
  watch(tell: () => void): () => void {
    this.#watchers.add(tell);
    return () => {
      this.#watchers.delete(tell);
      if (this.#watchers.size === 0) this.stop(new Error('nobody waits for it any more'));
    };
  }

  stop(reason: Error): void {
    this.#stop.abort(reason);
  }

  #note({ bytesDone: bytes }: Progress): void {
    const atMs = performance.now();
    this.#samples = [
      ...this.#samples.filter((sample) => atMs - sample.atMs < SPEED_OVER_MS),
      { atMs, bytes },
    ];
  }

  #countPerSec(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.atMs - first.atMs < 500) return null;
    return Math.max(0, Math.round(((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs)));
  }
}
