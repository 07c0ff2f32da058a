// A sweep that takes half of 100 000 jobs, their results and 100 000 chunks, beside one of a thousand: how long the daemon keeps
// others waiting meanwhile, and what it holds.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '../test/helpers/daemon.ts';
import { readRssMib } from './processes.ts';
import { getQuantile } from './statistics.ts';
import { type Filled, fill } from './sweep/fill.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const SIZES = { small: 1000, large: 100_000 };
const LOOK_MS = 1000;
const LONGEST_MS = 600_000;

/** `/livez` needs the event loop alone, a list the store as well. */
const ASKED = { '/livez': 'the event loop', '/v1/jobs?limit=1': 'the store' };
type Path = keyof typeof ASKED;

interface Seen {
  ms: Record<Path, number[]>;
  mib: number;
  tookMs: number;
}

export const sweep: Benchmark = {
  name: 'sweep',
  onlyByName: true,
  async run() {
    const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'ttsd-bench-'));
    try {
      const dirs = { small: join(dir, 'small'), large: join(dir, 'large') };
      const filled = { small: fill(dirs.small, SIZES.small), large: fill(dirs.large, SIZES.large) };
      const large = await watch(dirs.large, filled.large, 0);
      console.error(`  half of ${SIZES.large} were gone after ${(large.tookMs / 1000).toFixed(0)} s`);
      // As long, so that a busy moment of the machine is as likely.
      const small = await watch(dirs.small, filled.small, large.tookMs);
      return toRows(large, small);
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
};

/** Asks one thing after the other from the start until the sweep is over, and for `leastMs` at least. */
async function watch(dataDir: string, filled: Filled, leastMs: number): Promise<Seen> {
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, describeHalf(filled));
  const daemon = await startDaemon({ dataDir, config });
  const seen: Seen = { ms: { '/livez': [], '/v1/jobs?limit=1': [] }, mib: 0, tookMs: 0 };
  const beganMs = performance.now();
  for (let lookedMs = 0, isOver = false; !isOver || seen.tookMs < leastMs; ) {
    for (const path of Object.keys(ASKED) as Path[]) seen.ms[path].push(await time(daemon, path));
    seen.tookMs = performance.now() - beganMs;
    if (seen.tookMs - lookedMs < LOOK_MS) continue;
    lookedMs = seen.tookMs;
    seen.mib = Math.max(seen.mib, readRssMib(daemon.endpoint.pid));
    isOver ||= isHalf(dataDir, filled);
    if (lookedMs > LONGEST_MS) throw new Error('the sweep did not come to its end');
  }
  await daemon.stop();
  return seen;
}

function describeHalf({ finalJobs, chunks, chunkBytes }: Filled): string {
  const limits = {
    job_ttl_hours: 87_600,
    max_finished_jobs: Math.floor(finalJobs / 2),
    chunk_cache_bytes: Math.floor(chunks / 2) * chunkBytes,
  };
  return JSON.stringify({ job_queue: limits });
}

function isHalf(dataDir: string, { chunks }: Filled): boolean {
  const left = readdirSync(join(dataDir, 'chunks'), { recursive: true }) as string[];
  return left.filter((name) => name.endsWith('.chunk')).length <= Math.floor(chunks / 2);
}

async function time(daemon: Daemon, path: Path): Promise<number> {
  const beganMs = performance.now();
  const { status } = await daemon.call('GET', path);
  if (status !== 200) throw new Error(`${path} answered ${status}`);
  return performance.now() - beganMs;
}

function toRows(large: Seen, small: Seen): Row[] {
  const among = `half of ${SIZES.large} taken beside ${SIZES.small}`;
  const rows = (Object.keys(ASKED) as Path[]).map((path) => {
    const [ours, beside] = [large.ms[path], small.ms[path]];
    const describe = (ms: number[]) =>
      `p50 ${formatMs(getQuantile(ms, 0.5))}, p99 ${formatMs(getQuantile(ms, 0.99))}, longest ${formatMs(Math.max(...ms))}`;
    const longest = formatRatio(Math.max(...ours), Math.max(...beside));
    return {
      what: `wait for ${ASKED[path]} (GET ${path}), ${among}`,
      ours: describe(ours),
      beside: describe(beside),
      ratio: `p99 ${formatRatio(getQuantile(ours, 0.99), getQuantile(beside, 0.99))}; longest ${longest}`,
      goal: '',
    };
  });
  const memory = {
    what: `memory of ttsd at most, ${among}`,
    ours: `${large.mib.toFixed(0)} MiB`,
    beside: `${small.mib.toFixed(0)} MiB`,
    ratio: formatRatio(large.mib, small.mib),
    goal: '',
  };
  return [...rows, memory];
}
