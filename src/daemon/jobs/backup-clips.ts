// The recordings that jobs speak with, in a backup: a table of its own, which only copies of the database have.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { makeDirectory } from '../../api/make-directory.ts';
import { syncDir, syncPath } from './data-dir.ts';
import { describeCorrupt } from './sqlite-errors.ts';

const CLIPS_OF_JOBS = `
  SELECT spec
  FROM jobs
  WHERE instr(spec, '"clip:') > 0
    AND EXISTS (SELECT 1 FROM texts WHERE texts.seq = jobs.seq)`;
const HAS_CLIPS = `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'backup_clips'`;

export function getClipsDir(dataDir: string): string {
  return join(dataDir, 'voices', 'clips');
}

function findClip(clipsDir: string, sha256: string): string {
  return join(clipsDir, `${sha256}.wav`);
}

/** Puts those that a job of the copy could be made with into it; one that is gone is left out, as it is for the job. */
export function packClips(copy: string, clipsDir: string): void {
  const db = new Database(copy);
  try {
    const specs = db.prepare<[], string>(CLIPS_OF_JOBS).pluck().all();
    const wanted = new Set(
      specs.flatMap((spec) => [...spec.matchAll(/"clip:([0-9a-f]{64})/g)].map(([, sha256]) => sha256!)),
    );
    if (wanted.size === 0) return;
    db.exec('CREATE TABLE backup_clips (sha256 TEXT PRIMARY KEY, wav BLOB NOT NULL) STRICT');
    const add = db.prepare('INSERT INTO backup_clips (sha256, wav) VALUES (?, ?)');
    for (const sha256 of wanted) {
      const path = findClip(clipsDir, sha256);
      if (existsSync(path)) add.run(sha256, readFileSync(path));
    }
  } finally {
    db.close();
  }
}

/** Takes them out of the backup in `file` into the directory, where they are not there already. Throws `database_corrupt` for a damaged one. */
export function unpackClips(file: string, clipsDir: string): void {
  const db = new Database(file);
  try {
    if (db.prepare(HAS_CLIPS).get() === undefined) return;
    for (const made of makeDirectory(clipsDir)) syncDir(dirname(made));
    const clips = db.prepare<[], { sha256: string; wav: Buffer }>('SELECT sha256, wav FROM backup_clips');
    for (const { sha256, wav } of clips.iterate()) {
      if (createHash('sha256').update(wav).digest('hex') !== sha256)
        throw describeCorrupt(file, `the recording ${sha256} in it is another`);
      const path = findClip(clipsDir, sha256);
      if (existsSync(path)) continue;
      writeFileSync(`${path}.tmp`, wav, { mode: 0o600 });
      syncPath(`${path}.tmp`);
      renameSync(`${path}.tmp`, path);
    }
    syncDir(clipsDir);
    db.exec('DROP TABLE backup_clips');
  } finally {
    db.close();
  }
}
