// Whether the files of a model are those that its manifest names.
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

interface NamedFile {
  bytes: number;
  /** Null where only its source knows it. */
  sha256: string | null;
}

/** Folders of models below `dir`, which need not exist; those with a dot in front are on their way in or out. */
export function listModelFolders(dir: string): string[] {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

/** The first that is found; undefined when the model is whole. */
export async function findDamage(dir: string): Promise<string | undefined> {
  try {
    const { files } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as {
      files: Record<string, NamedFile>;
    };
    for (const [name, { bytes, sha256 }] of Object.entries(files)) {
      const path = join(dir, name);
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found) return `${name} is missing`;
      if (found.size !== bytes || (sha256 !== null && (await hash(path)) !== sha256))
        return `${name} is damaged`;
    }
    return undefined;
  } catch (error) {
    return `its manifest cannot be read: ${(error as Error).message}`;
  }
}

async function hash(path: string): Promise<string> {
  const sha256 = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), sha256);
  return sha256.digest('hex');
}
