// One engine host in virtual time, its chunks chosen by the daemon's own scheduler.
import {
  charge,
  decide,
  EMPTY_LEDGER,
  type Ledger,
  type WaitingJob,
} from '../../src/daemon/inference/scheduler.ts';
import { type Arrival, MS_PER_CHAR } from './arrivals.ts';

const CHUNK_CHARS = 120;

interface Flight {
  job: Running;
  chars: number;
  class: Arrival['class'];
  isOwed: boolean;
  ledgerBefore: Ledger;
}

export interface Running extends Arrival {
  /** Characters that were not given out yet, and that are not done yet. */
  toGive: number;
  toDo: number;
  waitingSince: number;
}

/** When each job ends, and when its first chunk is in hand. `observe` sees what there is after each chunk. */
export function runScheduler(
  arrivals: readonly Arrival[],
  observe?: (now: number, jobs: readonly Running[]) => void,
): {
  ends: Map<number, number>;
  starts: Map<number, number>;
} {
  const ends = new Map<number, number>();
  const starts = new Map<number, number>();
  const weights = new Map<string, number>();
  const jobs = new Map<number, Running>();
  const flights: Flight[] = [];
  let ledger = EMPTY_LEDGER;
  let now = 0;
  let inHandUntil = Number.POSITIVE_INFINITY;

  const fillHost = () => {
    for (;;) {
      const lane = { model: 'model', isUp: true, upSince: 0, idleSince: 0, loadMs: 0, memoryBytes: 0 };
      const waiting = [...jobs.values()].filter(({ toGive }) => toGive > 0).map(toWaiting);
      const step = decide({
        now,
        jobs: waiting,
        lanes: [{ ...lane, flights, ledger }],
        maxUp: 1,
        maxUpBytes: 1,
        weights,
      });
      if (step === undefined) return;
      if (step.do === 'start') start(jobs.get(step.job.seq)!, step);
      else takeBack(flights.pop()!);
    }
  };

  const start = (job: Running, { job: chosen, isOwed }: { job: WaitingJob; isOwed: boolean }) => {
    const chars = chosen.nextChunkChars;
    flights.push({ job, chars, class: job.class, isOwed, ledgerBefore: ledger });
    ledger = charge(ledger, chosen, { now, weights });
    job.toGive -= chars;
    job.waitingSince = now;
    if (flights.length === 1) takeInHand();
  };

  const takeBack = ({ job, chars, ledgerBefore }: Flight) => {
    job.toGive += chars;
    ledger = ledgerBefore;
  };

  const takeInHand = () => {
    const [flight] = flights;
    inHandUntil = flight === undefined ? Number.POSITIVE_INFINITY : now + flight.chars * MS_PER_CHAR;
    if (flight !== undefined && !starts.has(flight.job.seq)) starts.set(flight.job.seq, now);
  };

  for (let next = 0; next < arrivals.length || flights.length > 0; ) {
    const arrival = arrivals[next];
    if (arrival !== undefined && arrival.at <= inHandUntil) {
      now = arrival.at;
      next++;
      jobs.set(arrival.seq, {
        ...arrival,
        toGive: arrival.chars,
        toDo: arrival.chars,
        waitingSince: now,
      });
    } else {
      now = inHandUntil;
      const { job, chars } = flights.shift()!;
      job.toDo -= chars;
      if (job.toDo === 0) {
        jobs.delete(job.seq);
        ends.set(job.seq, now);
      }
      takeInHand();
      observe?.(now, [...jobs.values()]);
    }
    fillHost();
  }
  return { ends, starts };
}

function toWaiting(job: Running): WaitingJob {
  return {
    id: String(job.seq),
    class: job.class,
    submitter: job.submitter,
    priority: 0,
    createdAt: job.at,
    seq: job.seq,
    model: 'model',
    chars: job.chars,
    nextChunkChars: Math.min(CHUNK_CHARS, job.toGive),
    waitingSince: job.waitingSince,
    isSuspect: false,
  };
}
