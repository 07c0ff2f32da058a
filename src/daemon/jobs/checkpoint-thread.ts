// The thread that moves one log into its database. The connection is closed before the end is told: see `Checkpoints.settle`.
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { type CheckpointThreadData, IDLE } from './checkpoints.ts';

const { file, state } = workerData as CheckpointThreadData;

parentPort!.on('message', () => {
  try {
    const db = new Database(file, { fileMustExist: true });
    try {
      // As the store's own connection syncs where an ordinary fsync leaves the data in the drive's cache.
      db.pragma('checkpoint_fullfsync = 1');
      db.pragma('wal_checkpoint(PASSIVE)');
    } finally {
      db.close();
    }
  } catch {
    // Whatever could not be moved is still in the log, and is tried again with the next.
  } finally {
    Atomics.store(state, 0, IDLE);
    Atomics.notify(state, 0);
  }
});
