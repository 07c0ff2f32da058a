// The engine host of one model as the scheduler sees it: what it has in hand, and whose turn it is there.
import type { ActiveJob } from './active-job.ts';
import type { ModelHost } from './model-host.ts';
import { charge, EMPTY_LEDGER, type Flight, type Lane, type Ledger, type WaitingJob } from './scheduler.ts';

/** So many chunks of others show that a host on which one died is well. */
const SUSPECT_CHUNKS = 10;

/** A chunk on its way through a host. */
export interface ChunkFlight extends Flight {
  active: ActiveJob;
  index: number;
  /** Aborted when nobody wants the chunk any more, or when it is taken back for a more urgent one. */
  abort: AbortController;
  isWithdrawn: boolean;
  ledgerBefore: Ledger;
}

export class ModelLane {
  readonly model: string;
  readonly host: ModelHost;
  #flights: readonly ChunkFlight[] = [];
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
    const flight = {
      class: job.class,
      isOwed,
      active,
      index: active.takeChunk(),
      abort: new AbortController(),
      isWithdrawn: false,
      ledgerBefore: this.#ledger,
    };
    this.#ledger = charge(this.#ledger, job, { now: active.waitingSince, weights });
    this.#flights = [...this.#flights, flight];
    return flight;
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

  land(flight: ChunkFlight): void {
    this.#flights = this.#flights.filter((other) => other !== flight);
    if (this.#flights.length === 0) this.#idleSince = Date.now();
  }

  /** The job's chunks are for nobody any more. */
  abort(active: ActiveJob, reason: unknown): void {
    for (const flight of this.#flights) if (flight.active === active) flight.abort.abort(reason);
  }
}
