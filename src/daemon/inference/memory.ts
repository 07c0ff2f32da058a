// What models take of the machine's memory, and how much of it there is for them.
import { totalmem } from 'node:os';
import type { ModelManifest } from '../../engine/model/manifest.ts';

/** The rest is for ttsd itself, the files that the system keeps at hand, and everybody else. */
const SHARE = 0.75;
/** Weights are unpacked and laid out anew when a model is loaded, and what a chunk passes through takes room as well. */
const TIMES_FILES = 2;

/** For all loaded models together; of a container what it was given. */
export function findMemoryRoom(): number {
  return SHARE * Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

/** What a manifest says, or a guess by the size of its files. */
export function guessMemory({ memoryBytes, files }: Pick<ModelManifest, 'memoryBytes' | 'files'>): number {
  if (memoryBytes !== null) return memoryBytes;
  return TIMES_FILES * Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
}
