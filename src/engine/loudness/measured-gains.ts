// The gains that were measured for a model's speakers. They are kept beside the graph that was prepared for it; a model that needs
// no preparing speaks so fast that it is measured again each time it is loaded.
import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelManifest } from '../model/manifest.ts';
import { PREPARED_FOLDER } from '../model/prepared.ts';
import { TEXTS_VERSION } from './reference-texts.ts';

export interface MeasuredGains {
  /** As a factor. */
  find(speaker: string, lufs: number): number | undefined;
  keep(speaker: string, lufs: number, gain: number): Promise<void>;
}

export async function openMeasuredGains(
  modelDir: string,
  { manifest, engineVersion }: { manifest: ModelManifest; engineVersion: number },
): Promise<MeasuredGains> {
  const path = join(modelDir, PREPARED_FOLDER, `loudness-${nameOutcome(manifest, engineVersion)}.json`);
  const known = new Map(Object.entries(await readKept(path)));
  const toName = (speaker: string, lufs: number) => `${speaker} ${lufs}`;
  return {
    find: (speaker, lufs) => known.get(toName(speaker, lufs)),
    async keep(speaker, lufs, gain) {
      known.set(toName(speaker, lufs), gain);
      const part = `${path}.${process.pid}.part`;
      try {
        await writeFile(part, JSON.stringify(Object.fromEntries(known), null, 2));
        await rename(part, path);
      } catch {
        await rm(part, { force: true });
      }
    },
  };
}

/** A file that is missing or damaged holds nothing: it is measured again. */
async function readKept(path: string): Promise<Record<string, number>> {
  try {
    const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter(([, gain]) => Number.isFinite(gain) && gain > 0));
  } catch {
    return {};
  }
}

function nameOutcome({ files }: ModelManifest, engineVersion: number): string {
  const parts = [Object.values(files).map(({ sha256 }) => sha256), engineVersion, TEXTS_VERSION];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
