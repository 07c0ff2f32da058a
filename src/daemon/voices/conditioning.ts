// What engines heard in clips, kept by them so that it is computed once: a folder for each model, files named after the clip. Bounded
// by bytes, what was used last stays; it goes with the clip and with the model.
import { mkdirSync } from 'node:fs';
import { readdir, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** About two megabytes for a clip and a model. */
const MAX_BYTES = 512 * 2 ** 20;

export class Conditioning {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Where the engine of a model keeps it; names begin with the SHA-256 of the clip's file. */
  makeDir(model: string): string {
    const dir = join(this.#dir, model);
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
    } catch {
      // Then nothing is kept, and computed again.
    }
    return dir;
  }

  async forgetClip(sha256: string): Promise<void> {
    for (const { path, clip } of await this.#list())
      if (clip === sha256) await unlink(path).catch(ignoreMissing);
  }

  async forgetModel(model: string): Promise<void> {
    await rm(join(this.#dir, model), { recursive: true, force: true });
  }

  /** Answers the bytes that are left. */
  async sweep(maxBytes = MAX_BYTES): Promise<number> {
    const files: { path: string; bytes: number; usedMs: number }[] = [];
    for (const { path } of await this.#list()) {
      const status = await stat(path).catch(ignoreMissing);
      if (status !== undefined)
        files.push({ path, bytes: status.size, usedMs: Math.max(status.atimeMs, status.mtimeMs) });
    }
    files.sort((a, b) => a.usedMs - b.usedMs);
    let left = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of files) {
      if (left <= maxBytes) break;
      await unlink(path).catch(ignoreMissing);
      left -= bytes;
    }
    return left;
  }

  async #list(): Promise<{ path: string; clip: string }[]> {
    const found: { path: string; clip: string }[] = [];
    for (const model of (await readdir(this.#dir).catch(ignoreMissing)) ?? [])
      for (const name of (await readdir(join(this.#dir, model)).catch(ignoreMissing)) ?? [])
        found.push({ path: join(this.#dir, model, name), clip: name.slice(0, 64) });
    return found;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
