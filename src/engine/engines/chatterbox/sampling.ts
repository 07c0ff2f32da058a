// From the model's figures for every token to one token, step by step as the reference does it: the order of the steps matters.

/** Ranges as the manifest gives them. Left out: the step is not taken. */
export interface SamplingSettings {
  /** 1 changes nothing; lower is safer, higher more varied. */
  temperature: number;
  /** 1 changes nothing; higher makes what was heard less likely. */
  repetitionPenalty: number;
  /** 0 to 1: what is less likely than this share of the likeliest is dropped. */
  minP?: number;
  /** 0 to 1: the likeliest that have this share together are kept. */
  topP?: number;
  /** This many of the likeliest are kept; 0 keeps all. */
  topK?: number;
}

/** Room to work in, for as many tokens as there are figures; used anew for each token. */
interface Room {
  ids: Int32Array;
  shares: Float64Array;
}

type Step = (
  logits: Float32Array,
  settings: SamplingSettings,
  heard: ReadonlySet<number>,
  room: Room,
) => void;

/** Dropped tokens have minus infinity. */
const DROPPED = Number.NEGATIVE_INFINITY;

const STEPS = {
  penalise(logits, { repetitionPenalty }, heard) {
    if (repetitionPenalty === 1) return;
    for (const id of heard) {
      const logit = logits[id]!;
      logits[id] = logit < 0 ? logit * repetitionPenalty : logit / repetitionPenalty;
    }
  },
  warm(logits, { temperature }) {
    if (temperature === 1) return;
    for (let i = 0; i < logits.length; i++) logits[i]! /= temperature;
  },
  keepNear(logits, { minP }) {
    if (minP === undefined || minP === 0) return;
    // Shares compare as logits do, so that nothing has to be summed up.
    const least = findMost(logits) + Math.log(minP);
    for (let i = 0; i < logits.length; i++) if (logits[i]! < least) logits[i] = DROPPED;
  },
  keepTop(logits, { topK }, _heard, { ids, shares }) {
    if (topK === undefined || topK === 0 || topK >= logits.length) return;
    for (let id = 0; id < logits.length; id++) ids[id] = id;
    shares.fill(1);
    const first = sortOut(ids, logits.length, { logits, shares, most: logits.length - topK });
    // Those that are as likely as the last of the top stay as well.
    let least = Infinity;
    for (let i = first; i < logits.length; i++) least = Math.min(least, logits[ids[i]!]!);
    for (let id = 0; id < logits.length; id++) if (logits[id]! < least) logits[id] = DROPPED;
  },
  keepShare(logits, { topP }, _heard, { ids, shares }) {
    if (topP === undefined || topP >= 1) return;
    const most = findMost(logits);
    let count = 0;
    let total = 0;
    for (let id = 0; id < logits.length; id++) {
      if (logits[id] === DROPPED) continue;
      ids[count++] = id;
      shares[id] = Math.exp(logits[id]! - most);
      total += shares[id]!;
    }
    const first = sortOut(ids, count, { logits, shares, most: total * (1 - topP) });
    // The likeliest stays, whatever is asked for: where all others go, it is the last.
    for (let i = 0; i < Math.min(first, count - 1); i++) logits[ids[i]!] = DROPPED;
  },
} satisfies Record<string, Step>;

const { penalise, warm, keepNear, keepTop, keepShare } = STEPS;

export const SAMPLING_ORDERS = {
  turbo: [warm, keepTop, keepShare, penalise],
  guided: [penalise, warm, keepNear, keepShare],
} satisfies Record<string, readonly Step[]>;

/** What takes the figures of one step, which it changes, and answers the token. `heard`: ids that count as repetitions. */
export type Pick = (logits: Float32Array, heard: ReadonlySet<number>) => number;

/** `draw` answers a number from 0 to below 1. */
export function makePick(
  order: keyof typeof SAMPLING_ORDERS,
  settings: SamplingSettings,
  draw: () => number,
): Pick {
  let room: Room | undefined;
  return (logits, heard) => {
    room ??= { ids: new Int32Array(logits.length), shares: new Float64Array(logits.length) };
    for (const step of SAMPLING_ORDERS[order]) step(logits, settings, heard, room);
    return drawToken(logits, draw(), room);
  };
}

/**
 * Brings the first `count` of `ids` into such an order that the least likely stand in front which have at most the share `most` together,
 * and answers how many they are. Of equally likely ones that with the lower id goes first, as in the reference's sort; what stands
 * behind is not sorted, since nobody asks.
 */
function sortOut(
  ids: Int32Array,
  count: number,
  { logits, shares, most }: { logits: Float32Array; shares: Float64Array; most: number },
): number {
  let left = most;
  let start = 0;
  let end = count;
  while (start < end) {
    swap(ids, (start + end) >> 1, end - 1);
    const pivot = ids[end - 1]!;
    let place = start;
    let below = 0;
    for (let i = start; i < end - 1; i++) {
      const id = ids[i]!;
      const isLess = logits[id]! < logits[pivot]! || (logits[id] === logits[pivot] && id < pivot);
      if (!isLess) continue;
      below += shares[id]!;
      swap(ids, i, place++);
    }
    swap(ids, place, end - 1);
    if (below > left) end = place;
    else if (below + shares[pivot]! > left) return place;
    else {
      left -= below + shares[pivot]!;
      start = place + 1;
    }
  }
  return start;
}

function swap(ids: Int32Array, a: number, b: number): void {
  const id = ids[a]!;
  ids[a] = ids[b]!;
  ids[b] = id;
}

/** The first token at which the summed shares go beyond `drawn`. */
function drawToken(logits: Float32Array, drawn: number, { shares }: Room): number {
  const most = findMost(logits);
  let total = 0;
  for (let id = 0; id < logits.length; id++) {
    shares[id] = logits[id] === DROPPED ? 0 : Math.exp(logits[id]! - most);
    total += shares[id]!;
  }
  const wanted = drawn * total;
  let sum = 0;
  let last = 0;
  for (let id = 0; id < logits.length; id++) {
    if (shares[id] === 0) continue;
    sum += shares[id]!;
    last = id;
    if (sum > wanted) return id;
  }
  return last;
}

/** Leans towards the text: what the model says with it, plus `weight` times what the text changed. In place, in `withText`. */
export function guide(withText: Float32Array, without: Float32Array, weight: number): void {
  for (let i = 0; i < withText.length; i++)
    withText[i] = withText[i]! + weight * (withText[i]! - without[i]!);
}

function findMost(logits: Float32Array): number {
  let most = DROPPED;
  for (const logit of logits) if (logit > most) most = logit;
  return most;
}
