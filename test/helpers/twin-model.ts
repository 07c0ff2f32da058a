// The embedded model under another id, as one that can be pulled from a server: small enough for a test, and it really speaks.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileServer } from './file-server.ts';

const MODEL_DIR = join(import.meta.dirname, '..', '..', 'models', 'hibari');

/** Puts its manifest among the models of a data directory, and its files on the server below `/ID/`. */
export async function offerTwin(id: string, server: FileServer, dataDir: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(MODEL_DIR, 'manifest.json'), 'utf8'));
  const files: Record<string, object> = {};
  for (const [path, file] of Object.entries(manifest.files as Record<string, object>)) {
    files[path] = { ...file, urls: [`${server.origin}/${id}/${path}`] };
    server.files.set(`/${id}/${path}`, await readFile(join(MODEL_DIR, path)));
  }
  const speakers = [{ id: 'heart', name: 'Heart', language: 'en-US', gender: 'female' }];
  await mkdir(join(dataDir, 'models'), { recursive: true });
  await writeFile(
    join(dataDir, 'models', `${id}.json`),
    JSON.stringify({ ...manifest, id, name: 'Twin', speakers, files }),
  );
}
