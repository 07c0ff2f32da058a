// The speakers of the embedded model: the one that its weights hold, and those derived from it by pitch and spectrum.

/** What makes a derived speaker of `heart`. */
export interface Derivation {
  /** Factor on the mean pitch of 190 Hz. */
  pitch: number;
  /** Factor on the rise and fall about that mean, in semitones. */
  pitchRange: number;
  /** Factor on the frequencies of the resonances: below 1 the longer throat of a bigger person. */
  formants: number;
  /** Factor on the pace. */
  speed: number;
}

/** The natural speaker has nothing to derive. */
const NATURAL = null;

/**
 * By the name in the voice files. The figure at the end of a derived name is raised whenever its numbers change:
 * chunks are stored under the speaker's name, so the old audio is then no longer used.
 */
export const SPEAKERS: Readonly<Record<string, Derivation | null>> = {
  heart: NATURAL,
  'hazel-1': { pitch: 0.8, pitchRange: 1.1, formants: 0.9, speed: 0.95 },
  'ivy-1': { pitch: 0.95, pitchRange: 1.1, formants: 1.16, speed: 1 },
  'poppy-1': { pitch: 1.25, pitchRange: 1.1, formants: 1.12, speed: 1.04 },
  'theo-1': { pitch: 0.6, pitchRange: 1.1, formants: 1.04, speed: 1.03 },
  'martin-1': { pitch: 0.54, pitchRange: 1.1, formants: 0.9, speed: 1 },
  'bruno-1': { pitch: 0.45, pitchRange: 1.1, formants: 0.8, speed: 0.97 },
  'walter-1': { pitch: 0.76, pitchRange: 1.2, formants: 0.78, speed: 0.9 },
};

/** Throws naming the speakers that the model has. */
export function findSpeaker(name: string): Derivation | null {
  if (Object.hasOwn(SPEAKERS, name)) return SPEAKERS[name]!;
  throw new Error(`hibari has the speakers ${Object.keys(SPEAKERS).join(', ')}, not ${name}`);
}
