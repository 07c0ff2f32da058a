// Phonemes to the model's ids, and where to cut when there are more than one run may have.
import { readFile } from 'node:fs/promises';

/** Id of each phoneme, one UTF-16 code unit each. */
export type Vocabulary = ReadonlyMap<string, number>;

export interface PhonemeIds {
  ids: number[];
  /** For each id, its phoneme's offset in the phoneme string. */
  offsets: number[];
  /** Each phoneme that the vocabulary lacks, once. */
  unknown: string[];
}

/** A run of ids, `start` to `end`, and the silence that belongs after it when another follows. */
export interface Piece {
  start: number;
  end: number;
  pauseSec: number;
}

export async function readVocabulary(path: string): Promise<Vocabulary> {
  const json: unknown = JSON.parse(await readFile(path, 'utf8'));
  return new Map(Object.entries(json as Record<string, number>));
}

export function lookUpIds(phonemes: string, vocabulary: Vocabulary): PhonemeIds {
  const ids: number[] = [];
  const offsets: number[] = [];
  const unknown = new Set<string>();
  for (let offset = 0; offset < phonemes.length; offset++) {
    const phoneme = phonemes[offset]!;
    const id = vocabulary.get(phoneme);
    if (id === undefined) {
      unknown.add(phoneme);
      continue;
    }
    ids.push(id);
    offsets.push(offset);
  }
  return { ids, offsets, unknown: [...unknown] };
}

/** True when something would be heard: more than punctuation, spaces and stress marks. */
export function isSpeakable(phonemes: string): boolean {
  return /[^;:,.!?—…"()“” ˈˌː]/u.test(phonemes);
}

/** Where a cut may lie, best first: how far from the ideal place it is still worth going, and the pause it makes. */
const CUTS = [
  { after: /[.!?…]/u, detour: 120, pauseSec: 0.3 },
  { after: /[,;:—]/u, detour: 60, pauseSec: 0.15 },
  { after: / /u, detour: 30, pauseSec: 0.03 },
] as const;

/** Cuts `phonemes` into the fewest pieces of at most `limit`, of about equal length, at sentence ends, else commas, else spaces. */
export function cutPieces(phonemes: readonly string[], limit: number): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  while (phonemes.length - start > limit) {
    const rest = phonemes.length - start;
    const piecesLeft = Math.ceil(rest / limit);
    const piece = chooseCut(phonemes, start, start + Math.round(rest / piecesLeft), start + limit);
    pieces.push(piece);
    start = piece.end;
  }
  pieces.push({ start, end: phonemes.length, pauseSec: 0 });
  return pieces;
}

function chooseCut(phonemes: readonly string[], start: number, ideal: number, last: number): Piece {
  let best = { end: ideal, pauseSec: 0 };
  let lowestCost = Infinity;
  for (let end = start + 1; end <= last; end++) {
    const cut = CUTS.findIndex(({ after }) => after.test(phonemes[end - 1]!));
    if (cut === -1) continue;
    const { detour, pauseSec } = CUTS[cut]!;
    const cost = Math.abs(end - ideal) / detour + cut;
    if (cost < lowestCost) {
      lowestCost = cost;
      best = { end, pauseSec };
    }
  }
  return { start, ...best };
}
