// The engine host of one model as the scheduler sees it: what it has in hand, and whose turn it is there.
import type { ActiveJob } from './active-job.ts';
import type { HeardChunk } from './heard-chunk.ts';
import type { ModelHost } from './model-host.ts';
import { charge, EMPTY_LEDGER, type Flight, type Lane, type Ledger, type WaitingJob } from './scheduler.ts';

/** So many chunks of others show that a host on which one died is well. */
const SUSPECT_CHUNKS = 10;

/** A job that waits for a chunk, and where in its plan that is. */
export interface Taker {
  active: ActiveJob;
  index: number;
}

/** A chunk on its way through a host. */
export interface ChunkFlight extends Flight {
  key: string;
  /** The job that it was given out for, and others that need the same. */
  takers: Taker[];
  /** Its sound, once it is made. */
  heard: HeardChunk | undefined;
  /** Aborted when nobody wants the chunk any more, or when it is taken back for a more urgent one. */
  abort: AbortController;
  isWithdrawn: boolean;
  ledgerBefore: Ledger;
}

export class ModelLane {
  readonly model: string;
  readonly host: ModelHost;
  #flights: readonly ChunkFlight[] = [];
  /** Until they are on disk or given back; the host may have made them. */
  readonly #underWay = new Map<string, ChunkFlight>();
  #ledger: Ledger = EMPTY_LEDGER;
  #idleSince = 0;
  /** Chunks that the host has made. */
  #made = 0;

  constructor(model: string, host: ModelHost) {
    this.model = model;
    this.host = host;
  }

  /** For a snapshot. */
  get lane(): Lane {
    return {
      model: this.model,
      isUp: this.host.state !== 'unloaded' || this.#flights.length > 0,
      upSince: this.host.upSince,
      idleSince: this.#idleSince,
      loadMs: this.host.loadMs,
      memoryBytes: this.host.memoryBytes,
      flights: this.#flights,
      ledger: this.#ledger,
    };
  }

  /** Takes the job's next chunk. */
  start(
    active: ActiveJob,
    { job, isOwed, weights }: { job: WaitingJob; isOwed: boolean; weights: ReadonlyMap<string, number> },
  ): ChunkFlight {
    const { key } = active.nextChunk!;
    const flight: ChunkFlight = {
      class: job.class,
      isOwed,
      key,
      takers: [{ active, index: active.takeChunk() }],
      heard: undefined,
      abort: new AbortController(),
      isWithdrawn: false,
      ledgerBefore: this.#ledger,
    };
    this.#ledger = charge(this.#ledger, job, { now: active.waitingSince, weights });
    this.#flights = [...this.#flights, flight];
    this.#underWay.set(key, flight);
    return flight;
  }

  /** What is under way already, for another job or for another place of this one, is not made twice: the job waits for that. */
  join(active: ActiveJob): void {
    for (;;) {
      const flight = active.nextChunk && this.#underWay.get(active.nextChunk.key);
      if (flight === undefined) return;
      const index = active.takeChunk();
      flight.takers.push({ active, index });
      if (active.class === 'interactive') flight.class = 'interactive';
      if (flight.heard !== undefined) active.hear(index, flight.heard);
    }
  }

  /** Takes back the chunk that was given last, and its cost off the books. It ends like every other flight. */
  withdraw(): void {
    const flight = this.#flights.at(-1)!;
    flight.isWithdrawn = true;
    this.#ledger = flight.ledgerBefore;
    this.#flights = this.#flights.slice(0, -1);
    flight.abort.abort(new Error('something more urgent came'));
  }

  noteMade(): void {
    this.#made++;
  }

  /** The host died on the job. */
  suspect(active: ActiveJob): void {
    active.suspectUntil = this.#made + SUSPECT_CHUNKS;
  }

  /** How the scheduler sees a job of this model; undefined while it has no chunk to give out. */
  describe(active: ActiveJob): WaitingJob | undefined {
    return active.waiting && { ...active.waiting, isSuspect: active.suspectUntil > this.#made };
  }

  /** The host is free of it. */
  land(flight: ChunkFlight): void {
    this.#flights = this.#flights.filter((other) => other !== flight);
    if (this.#flights.length === 0) this.#idleSince = Date.now();
  }

  /** Nothing more comes of it: from now on the chunk is on disk, or has to be given out again. */
  end(flight: ChunkFlight): void {
    if (this.#underWay.get(flight.key) === flight) this.#underWay.delete(flight.key);
  }

  /** The job wants none of its chunks any more; what no other waits for is for nobody. */
  abort(active: ActiveJob, reason: unknown): void {
    for (const flight of this.#underWay.values()) {
      flight.takers = flight.takers.filter((taker) => taker.active !== active);
      if (flight.takers.length > 0) continue;
      flight.abort.abort(reason);
      // Whoever needs it from now on has it made.
      this.end(flight);
    }
  }
}
