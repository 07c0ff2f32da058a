// The name of a chunk's audio: a hash of everything the audio depends on.
import { createHash } from 'node:crypto';

export interface ChunkKeyParts {
  model: string;
  revision: string;
  engineVersion: number;
  /** The model's own name for the speaker, or what identifies a clip. */
  speaker: string;
  /** Everything else the engine is given, `speed` among it. */
  params: Readonly<Record<string, number>>;
  seed: number;
  text: string;
}

/** SHA-256 of the parts as canonical JSON: 64 hex characters. The order of properties does not matter. Throws RangeError on NaN and infinity. */
export function chunkKey(parts: ChunkKeyParts): string {
  const { model, revision, engineVersion, speaker, seed, text } = parts;
  const params = Object.entries(parts.params).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of [...params, ['seed', seed] as const]) {
    if (!Number.isFinite(value))
      throw new RangeError(`Expected \`${name}\` to be a finite number, got ${value}`);
  }
  const canonical = [model, revision, engineVersion, speaker, params, seed, text];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
