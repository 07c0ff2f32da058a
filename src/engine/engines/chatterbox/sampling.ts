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

type Step = (logits: Float32Array, settings: SamplingSettings, heard: ReadonlySet<number>) => void;

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
  keepTop(logits, { topK }) {
    if (topK === undefined || topK === 0 || topK >= logits.length) return;
    const least = Float32Array.from(logits).sort()[logits.length - topK]!;
    for (let i = 0; i < logits.length; i++) if (logits[i]! < least) logits[i] = DROPPED;
  },
  keepShare(logits, { topP }) {
    if (topP === undefined || topP >= 1) return;
    const ids = [...logits.keys()].filter((id) => logits[id]! > DROPPED);
    // The least likely first; among equals the one with the lower id, as in the reference's sort.
    ids.sort((a, b) => logits[a]! - logits[b]! || a - b);
    const most = logits[ids.at(-1)!]!;
    const shares = ids.map((id) => Math.exp(logits[id]! - most));
    const total = shares.reduce((sum, share) => sum + share, 0);
    let sum = 0;
    for (const [i, id] of ids.slice(0, -1).entries()) {
      sum += shares[i]! / total;
      if (sum <= 1 - topP) logits[id] = DROPPED;
    }
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
  return (logits, heard) => {
    for (const step of SAMPLING_ORDERS[order]) step(logits, settings, heard);
    return drawToken(logits, draw());
  };
}

/** The first token at which the summed shares go beyond `drawn`. */
function drawToken(logits: Float32Array, drawn: number): number {
  const most = findMost(logits);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - most);
  const wanted = drawn * total;
  let sum = 0;
  let last = 0;
  for (let id = 0; id < logits.length; id++) {
    const share = Math.exp(logits[id]! - most);
    if (share === 0) continue;
    sum += share;
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
