// Durable submits, one client and 64, beside bare inserts, BullMQ on a Redis that syncs every write, and pg-boss on
// PostgreSQL: the same text, the same disk, all over Unix sockets, in turns. Nothing is worked off meanwhile.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { makeDataDir, removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { openBareInserts } from './bare-inserts.ts';
import { describeSlices, loadForAWhile, type Slice, summarize } from './load.ts';
import { type Clients, openBullMq, openPgBoss } from './queues/others.ts';
import { startPostgres, startRedis } from './queues/server.ts';
import { openConnection } from './submit-client.ts';
import { type Benchmark, formatRatio, type Row } from './table.ts';

const ROUNDS = 5;
const SLICE_MS = 1000;
const COUNTS = [1, 64] as const;
const TEXT = 'The meeting on March 3rd costs $45.50, and nobody is late.';
const BODY = JSON.stringify({ text: TEXT });

interface Contestant {
  name: string;
  open(count: number): Promise<Clients>;
}

export const queues: Benchmark = {
  name: 'queues',
  onlyByName: true,
  async run() {
    const closing: (() => unknown)[] = [];
    const dir = mkdtempSync(join(tmpdir(), 'ttsd-bench-'));
    try {
      return await compare(dir, closing);
    } finally {
      for (const close of closing.reverse()) await close();
      rmSync(dir, { recursive: true });
    }
  },
};

/** What it starts it hands to `closing`, to be closed whatever happens. */
async function compare(dir: string, closing: (() => unknown)[]): Promise<Row[]> {
  const ours = await startOurs(closing);
  // PostgreSQL runs as another user, who must reach his directory.
  chmodSync(dir, 0o755);
  const redis = await startRedis(join(dir, 'redis'));
  if (redis) closing.push(redis.stop);
  const postgres = await startPostgres(join(dir, 'postgres'));
  if (postgres) closing.push(postgres.stop);
  const others: Contestant[] = [];
  if (redis)
    others.push({
      name: `BullMQ, Redis ${redis.version}, appendfsync always`,
      open: (count) => openBullMq(redis.socket, count, TEXT),
    });
  if (postgres)
    others.push({
      name: `pg-boss, PostgreSQL ${postgres.version}`,
      open: (count) => openPgBoss(postgres.socket, count, TEXT),
    });
  const bare = openBareInserts(join(dir, 'bare.db'));
  closing.push(bare.close);

  const rows: Row[] = [];
  for (const count of COUNTS) {
    const open = [];
    for (const { name, open: begin } of [...ours, ...others]) {
      const clients = await begin(count);
      await loadForAWhile(clients.acts, SLICE_MS);
      open.push({ name, clients, slices: [] as Slice[] });
    }
    const bareSlices: Slice[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bareSlices.push(bare.insertForAWhile(TEXT, SLICE_MS));
      for (const { clients, slices } of open) slices.push(await loadForAWhile(clients.acts, SLICE_MS));
    }
    for (const { clients } of open) await clients.close();
    const [first, ...rest] = open;
    const who = count === 1 ? '1 client' : `${count} clients`;
    const toRow = (other: string, theirs: Slice[], goal: string): Row => ({
      what: `durable submits, ${who}: \`POST /v1/jobs\` beside ${other}`,
      ours: describeSlices(first!.slices),
      beside: describeSlices(theirs),
      ratio: compareSlices(first!.slices, theirs),
      goal,
    });
    rows.push(toRow('bare inserts, one after the other', bareSlices, ''));
    for (const { name, slices } of rest)
      rows.push(toRow(name, slices, others.some((other) => other.name === name) ? '> 1' : ''));
  }
  for (const [server, name] of [
    [redis, 'BullMQ: no redis-server'],
    [postgres, 'pg-boss: no postgresql'],
  ] as const)
    if (!server) rows.push({ what: name, ours: '', beside: '', ratio: 'skipped', goal: '' });
  return rows;
}

function compareSlices(ours: readonly Slice[], theirs: readonly Slice[]): string {
  const [mine, other] = [summarize(ours), summarize(theirs)];
  const latency = [formatRatio(other.p50Ms, mine.p50Ms), formatRatio(other.p99Ms, mine.p99Ms)];
  return `${formatRatio(mine.perSec, other.perSec)}; p50 ${latency[0]}, p99 ${latency[1]}`;
}

/** Once with a client that costs next to nothing, once with undici, which is what programs have. */
async function startOurs(closing: (() => unknown)[]): Promise<Contestant[]> {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  // In the time of this benchmark a quick machine takes more than the queue does as it comes.
  writeFileSync(config, 'job_queue: {max_queued_jobs: 10000000, max_queued_chars: 100000000000}\n');
  const daemon = await startDaemon({ dataDir, config });
  closing.push(() => daemon.stop('SIGKILL').then(removeDataDirs));
  // Rendering must not share the processors with what is measured.
  await daemon.call('POST', '/v1/queue/pause');
  const { socket } = daemon.endpoint;
  return [
    {
      name: '`POST /v1/jobs`',
      async open(count) {
        const connections = await Promise.all(Array.from({ length: count }, () => openConnection(socket)));
        return {
          acts: connections.map((connection) => async () => {
            check(await connection.post('/v1/jobs', BODY));
          }),
          close: async () => {
            for (const connection of connections) connection.close();
          },
        };
      },
    },
    {
      name: 'the same through undici',
      async open(count) {
        const pool = new Pool('http://localhost', { connect: { socketPath: socket }, connections: count });
        const act = async () => {
          const headers = { 'content-type': 'application/json' };
          const { statusCode, body } = await pool.request({
            method: 'POST',
            path: '/v1/jobs',
            headers,
            body: BODY,
          });
          await body.dump();
          check(statusCode);
        };
        return { acts: Array.from({ length: count }, () => act), close: () => pool.destroy() };
      },
    },
  ];
}

function check(status: number): void {
  if (status !== 201) throw new Error(`/v1/jobs answered ${status}`);
}
