// Durable submits through HTTP over the Unix socket, beside SQLite's own single inserts, one fsync each, on the same disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { openBareInserts } from './bare-inserts.ts';
import { describeSlices, loadForAWhile, type Slice, summarize } from './load.ts';
import { findHostPid } from './processes.ts';
import { openConnection } from './submit-client.ts';
import { type Benchmark, formatRatio, type Row } from './table.ts';
import { waitForJob } from './wait-for-job.ts';

const ROUNDS = 5;
const SLICE_MS = 1000;
const TEXT = 'The meeting on March 3rd costs $45.50, and nobody is late.';
const BODY = JSON.stringify({ text: TEXT });

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
      const bare = openBareInserts(join(bareDir, 'bare.db'));
      await submitForAWhile(socket, '/tts/enqueue', 64);
      for (let round = 0; round < ROUNDS; round++) {
        slices.bare.push(bare.insertForAWhile(TEXT, SLICE_MS));
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

async function submitForAWhile(socketPath: string, path: string, clients: number): Promise<Slice> {
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(socketPath)));
  const slice = await loadForAWhile(
    connections.map((connection) => async () => {
      const answered = await connection.post(path, BODY);
      if (answered >= 300) throw new Error(`${path} answered ${answered}`);
    }),
    SLICE_MS,
  );
  for (const connection of connections) connection.close();
  return slice;
}

function toRow(what: string, slices: Slice[], bareSlices: Slice[], goal: string): Row {
  const bare = summarize(bareSlices).perSec;
  return {
    what,
    ours: describeSlices(slices),
    beside: `bare inserts ${bare.toFixed(0)}/s`,
    ratio: formatRatio(summarize(slices).perSec, bare),
    goal,
  };
}
