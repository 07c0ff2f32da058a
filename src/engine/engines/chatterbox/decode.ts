// Tokens to sound while more tokens come. The decoder hears the future: what it makes of the last tokens changes when others follow.
// So a window of tokens is decoded at a time, its end is thrown away until the next window makes it anew, and the seam is blended.
import { type Family, FIRST_SILENT_ID, SAMPLES_PER_TOKEN, SILENCE } from './constants.ts';
import type { ChatterboxGraphs, Voice } from './graphs.ts';

/** Where the decoder is quick. Elsewhere decoding twice costs more than waiting: the whole is decoded at the end. */
const COMES_IN_PARTS: Record<Family, boolean> = { turbo: true, base: false, multilingual: false };
/** The first part is short, so that it is soon there; later ones cost less when they are long. */
const FIRST_PART = 50;
const LATER_PART = 100;
/** Tokens that are decoded again before those that are new. */
const CONTEXT = 25;
/** Tokens at the end of a window that sound otherwise when more follow. */
const UNSURE = 5;
/** 30 ms. */
const BLEND_SAMPLES = 720;
/** What the reference lets Turbo hear behind its speech. */
const TURBO_TAIL = [SILENCE, SILENCE, SILENCE];

export interface SpeechDecoder {
  /** Of the tokens that were offered, those from here on may still change. */
  readonly sure: number;
  /** Takes all tokens so far and answers the sound that is sure by now, if it is time for some. */
  offer(tokens: readonly number[]): Promise<Float32Array | undefined>;
  /** The rest. */
  finish(tokens: readonly number[]): Promise<Float32Array>;
}

/** `heed` is called before each run of the decoder, which takes long and cannot be broken off; it may reject. */
export function createDecoder(
  graphs: ChatterboxGraphs,
  voice: Voice,
  { family, heed }: { family: Family; heed: () => Promise<void> },
): SpeechDecoder {
  let sure = 0;
  /** Of `tokens` that make a sound. */
  let soundsMade = 0;
  /** How the last window went on behind what was given out. */
  let seam = new Float32Array(0);

  async function decodeWindow(sounds: readonly number[], tail: readonly number[]): Promise<Float32Array> {
    await heed();
    const from = Math.max(0, soundsMade - CONTEXT);
    const all = await graphs.decode(voice, [...sounds.slice(from), ...tail]);
    // A copy: the rest of the window need not be kept.
    const fresh = all.slice((soundsMade - from) * SAMPLES_PER_TOKEN);
    for (let i = 0; i < seam.length; i++) {
      const share = (i + 0.5) / seam.length;
      fresh[i] = seam[i]! + share * (fresh[i]! - seam[i]!);
    }
    return fresh;
  }

  return {
    get sure() {
      return sure;
    },
    async offer(tokens) {
      if (!COMES_IN_PARTS[family]) return undefined;
      const sounds = tokens.filter(isSound);
      if (sounds.length - soundsMade < (soundsMade === 0 ? FIRST_PART : LATER_PART)) return undefined;
      const fresh = await decodeWindow(sounds, []);
      const end = (sounds.length - UNSURE - soundsMade) * SAMPLES_PER_TOKEN;
      seam = fresh.slice(end, end + BLEND_SAMPLES);
      soundsMade = sounds.length - UNSURE;
      sure = findEnd(tokens, soundsMade);
      return fresh.subarray(0, end);
    },
    async finish(tokens) {
      const sounds = tokens.filter(isSound);
      if (sounds.length === soundsMade) return seam;
      const fresh = await decodeWindow(sounds, family === 'turbo' ? TURBO_TAIL : []);
      // The multilingual model's last token is noise.
      return family === 'multilingual' ? fresh.subarray(0, -SAMPLES_PER_TOKEN) : fresh;
    },
  };
}

function isSound(token: number): boolean {
  return token < FIRST_SILENT_ID;
}

/** The place behind the first `count` tokens that make a sound. */
function findEnd(tokens: readonly number[], count: number): number {
  let sounds = 0;
  for (const [i, token] of tokens.entries()) if (isSound(token) && ++sounds === count) return i + 1;
  return tokens.length;
}
