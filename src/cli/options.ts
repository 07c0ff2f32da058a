// What the flags of all verbs turn into, and how a flag's word becomes its value.
import { TtsError } from '../api/errors.ts';

/** A flag that was not given is absent; the verb's row in the command table says which it takes. */
export interface Options {
  json?: boolean;
  quiet?: boolean;
  host?: string;
  apiKey?: string;
  autostart?: boolean;

  voice?: string;
  /** A recording to speak like. */
  clone?: string;
  consent?: boolean;
  licence?: string;
  model?: string;
  format?: string;
  speed?: number;
  loudness?: number;
  seed?: number;
  temperature?: number;
  exaggeration?: number;
  cfgWeight?: number;
  topP?: number;
  minP?: number;
  repetitionPenalty?: number;
  chunkSize?: number;
  split?: boolean;
  language?: string;

  name?: string;
  description?: string;
  basedOn?: string;
  id?: string;

  output?: string;
  captions?: string;
  file?: string;
  lines?: string;
  jsonl?: string;
  each?: boolean;
  key?: string;
  label?: string;
  priority?: number;
  at?: string;
  in?: string;

  all?: boolean;
  any?: boolean;
  timeout?: number;
  wait?: boolean;
  watch?: boolean;
  now?: boolean;
  state?: string;
  since?: string;
  search?: string;
  limit?: number;
  failed?: boolean;
  follow?: boolean;
  force?: boolean;
  tail?: number;
  fix?: string;
}

/** A verb's work: gives the exit code, throws a TtsError. */
export type Run = (args: readonly string[], options: Options) => Promise<number>;

/** What is wrong with a word is said with the flag it was given to. */
export function parseFlag<T>(flag: string, parse: (word: string) => T, word: string): T {
  try {
    return parse(word);
  } catch (error) {
    throw error instanceof TtsError ? new TtsError('usage', `${flag}: ${error.message}`) : error;
  }
}

export function parseNumber(word: string): number {
  const value = Number(word);
  if (word.trim() === '' || !Number.isFinite(value))
    throw new TtsError('usage', `expected a number, got "${word}"`);
  return value;
}

export function parseWhole(word: string): number {
  const value = parseNumber(word);
  if (!Number.isInteger(value)) throw new TtsError('usage', `expected a whole number, got "${word}"`);
  return value;
}

export function parseCount(word: string): number {
  const value = parseWhole(word);
  if (value < 1) throw new TtsError('usage', `expected 1 or more, got "${word}"`);
  return value;
}

/** Seconds, as a number (`30`) or with a unit (`10m`, `1h30m`). */
export function parseSeconds(word: string): number {
  return parseDurationMs(word) / 1000;
}

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `90` (seconds), `10m`, `1h30m`, `2d`. */
export function parseDurationMs(word: string): number {
  if (/^\d+(\.\d+)?$/.test(word)) return Number(word) * 1000;
  if (!/^(\d+(\.\d+)?[smhdw])+$/.test(word)) {
    throw new TtsError('usage', `expected a duration such as 90s, 10m, 1h30m or 2d, got "${word}"`);
  }
  let total = 0;
  for (const [, amount, unit] of word.matchAll(/([\d.]+)([smhdw])/g))
    total += Number(amount) * UNIT_MS[unit!]!;
  return total;
}
