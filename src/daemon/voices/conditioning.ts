// What engines heard in clips, kept by them so that it is computed once: a folder for each model, which its engine bounds. It goes with
// the clip, whose SHA-256 the names of its files begin with, and with the model.
import { mkdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export class Conditioning {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

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
    for (const model of await list(this.#dir))
      for (const name of await list(join(this.#dir, model)))
        if (name.startsWith(sha256)) await rm(join(this.#dir, model, name), { force: true });
  }

  async forgetModel(model: string): Promise<void> {
    await rm(join(this.#dir, model), { recursive: true, force: true });
  }
}

async function list(dir: string): Promise<string[]> {
  return readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}
