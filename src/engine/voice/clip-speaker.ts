// How the speaker of a clip is written where a speaker of a model's own stands: `clip:` and the clip's SHA-256.
const PREFIX = 'clip:';

export function nameClipSpeaker(sha256: string): string {
  return PREFIX + sha256;
}

/** The SHA-256 of the clip, or undefined for a speaker of the model's own. */
export function findClipHash(speaker: string): string | undefined {
  return speaker.startsWith(PREFIX) ? speaker.slice(PREFIX.length) : undefined;
}
