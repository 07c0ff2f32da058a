// A data directory full of small chunks, jobs and results, as ttsd would have left it. Written directly: made by the engine it would take days.
import { createHash } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { encodeChunk } from '../../src/daemon/inference/chunk-file.ts';
import { createWavHeader } from '../../src/engine/audio/wav-header.ts';
import { FIRST_MS, putTable } from '../million/table.ts';

const SAMPLE_RATE_HZ = 24_000;

export interface Filled {
  chunks: number;
  chunkBytes: number;
  finalJobs: number;
}

/** As many chunks as jobs; each completed job has its result. */
export function fill(dataDir: string, size: number): Filled {
  putTable(dataDir, size);
  return { ...putResults(dataDir), ...putChunks(join(dataDir, 'chunks'), size) };
}

function putResults(dataDir: string): Pick<Filled, 'finalJobs'> {
  const wav = createWavHeader({ sampleRateHz: SAMPLE_RATE_HZ, lengthSamples: 0 });
  const db = new Database(join(dataDir, 'ttsd.db'));
  const files = db
    .prepare(
      `UPDATE jobs SET expired_at = NULL, result_file = id || '-1.wav', result_bytes = ?
       WHERE state = 'completed' RETURNING result_file`,
    )
    .pluck()
    .all(wav.length) as string[];
  const finalJobs = db.prepare('SELECT jobs FROM final_counts').pluck().get() as number;
  db.close();
  mkdirSync(join(dataDir, 'results'), { mode: 0o700 });
  for (const file of files) {
    writeFileSync(join(dataDir, 'results', file), wav);
    writeFileSync(join(dataDir, 'results', `${file}.words`), '{}');
  }
  return { finalJobs };
}

function putChunks(dir: string, chunks: number): Pick<Filled, 'chunks' | 'chunkBytes'> {
  const bytes = Buffer.concat(
    encodeChunk({ pcm: Buffer.alloc(512), sampleRateHz: SAMPLE_RATE_HZ, words: [], warnings: [] }),
  );
  for (let index = 0; index < chunks; index++) {
    const key = createHash('sha256').update(String(index)).digest('hex');
    const path = join(dir, key.slice(0, 2), `${key}.chunk`);
    mkdirSync(join(dir, key.slice(0, 2)), { recursive: true, mode: 0o700 });
    writeFileSync(path, bytes);
    // Used one after the other, a second apart, long ago.
    utimesSync(path, FIRST_MS / 1000 + index, FIRST_MS / 1000 + index);
  }
  return { chunks, chunkBytes: bytes.length };
}
