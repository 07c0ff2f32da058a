// Durable submits through HTTP over the Unix socket, beside SQLite's own single inserts, one fsync each, on the same disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { findHostPid } from './processes.ts';
import { getMedian, getQuantile } from './statistics.ts';
import { openConnection } from './submit-client.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';
import { waitForJob } from './wait-for-job.ts';

const ROUNDS = 5;
const SLICE_MS = 1000;
const TEXT = 'The meeting on March 3rd costs $45.50, and nobody is late.';
const BODY = JSON.stringify({ text: TEXT });

interface Slice {
  perSec: number;
  durationsMs: number[];
}

export const submit: Benchmark = {
  name: 'submit',
  async run() {
    const bareDir = mkdtempSync(join(tmpdir(), 'ttsd-bench-'));
    const daemon = await startDaemon();
    // The host stands still, as if each chunk took very long: rendering must not share the processors with what is measured.
    await waitForJob(daemon, { text: 'Hello there.', seed: 1 });
    const hostPid = findHostPid(daemon.endpoint.pid);
    process.kill(hostPid, 'SIGSTOP');
    const slices: Record<'bare' | 'alone' | 'crowd' | 'crowdV1', Slice[]> = {
      bare: [],
      alone: [],
      crowd: [],
      crowdV1: [],
    };
    const { socket } = daemon.endpoint;
    try {
      const insertForAWhile = openBare(join(bareDir, 'bare.db'));
      await submitForAWhile(socket, '/tts/enqueue', 64);
      for (let round = 0; round < ROUNDS; round++) {
        slices.bare.push(insertForAWhile());
        slices.alone.push(await submitForAWhile(socket, '/tts/enqueue', 1));
        slices.crowd.push(await submitForAWhile(socket, '/tts/enqueue', 64));
        slices.crowdV1.push(await submitForAWhile(socket, '/v1/jobs', 64));
      }
    } finally {
      process.kill(hostPid, 'SIGKILL');
      await daemon.stop('SIGKILL');
      await removeDataDirs();
      rmSync(bareDir, { recursive: true });
    }
    return [
      toRow('`POST /tts/enqueue` over the socket, 1 client', slices.alone, slices.bare, ''),
      toRow('`POST /tts/enqueue`, 64 clients', slices.crowd, slices.bare, '> 1'),
      toRow('`POST /v1/jobs`, 64 clients', slices.crowdV1, slices.bare, '> 1'),
    ];
  },
};

function openBare(file: string): () => Slice {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE jobs (seq INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO jobs (text) VALUES (?)');
  return () => {
    const startMs = performance.now();
    const durationsMs: number[] = [];
    while (performance.now() - startMs < SLICE_MS) {
      const beginMs = performance.now();
      insert.run(TEXT);
      durationsMs.push(performance.now() - beginMs);
    }
    return { perSec: (durationsMs.length * 1000) / (performance.now() - startMs), durationsMs };
  };
}

async function submitForAWhile(socketPath: string, path: string, clients: number): Promise<Slice> {
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(socketPath)));
  const durationsMs: number[] = [];
  const startMs = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - startMs < SLICE_MS) {
        const beginMs = performance.now();
        const answered = await connection.post(path, BODY);
        if (answered >= 300) throw new Error(`${path} answered ${answered}`);
        durationsMs.push(performance.now() - beginMs);
      }
    }),
  );
  const perSec = (durationsMs.length * 1000) / (performance.now() - startMs);
  for (const connection of connections) connection.close();
  return { perSec, durationsMs };
}

function toRow(what: string, slices: Slice[], bareSlices: Slice[], goal: string): Row {
  const perSec = getMedian(slices.map((slice) => slice.perSec));
  const bare = getMedian(bareSlices.map((slice) => slice.perSec));
  const durationsMs = slices.flatMap((slice) => slice.durationsMs);
  const p50 = formatMs(getMedian(durationsMs));
  const p99 = formatMs(getQuantile(durationsMs, 0.99));
  return {
    what,
    ours: `${perSec.toFixed(0)}/s, p50 ${p50}, p99 ${p99}`,
    beside: `bare inserts ${bare.toFixed(0)}/s`,
    ratio: formatRatio(perSec, bare),
    goal,
  };
}
