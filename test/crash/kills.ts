// How each round ends: who is killed, at which moment or inside which file operation.
import { type FileOperation, hasCompiler, type KillPoint } from '../helpers/disk-shim.ts';
import { pick, pickNumber, type Random } from './random.ts';

/** Times count from the start of the process (`afterSpawnMs`) or from when it answers (`afterReadyMs`). */
export interface Kill {
  who: 'ttsd' | 'engine host' | 'both';
  at: { afterSpawnMs: number } | { afterReadyMs: number } | { point: PointName; killPoint: KillPoint };
}

/** What a point is called in the report, and the calls that it stands for. */
const POINTS = {
  'making the database': { operation: 'write', path: 'ttsd.db', most: 6 },
  migration: { operation: 'sync', path: 'ttsd.db', most: 8 },
  commit: { operation: 'sync', path: 'ttsd.db-wal', most: 60 },
  'write-ahead log': { operation: 'write', path: 'ttsd.db-wal', most: 200 },
  checkpoint: { operation: 'write', path: 'ttsd.db', most: 300 },
  'chunk written': { operation: 'write', path: '/chunks/', most: 30 },
  'chunk synced': { operation: 'sync', path: '/chunks/', most: 30 },
  'chunk renamed': { operation: 'rename', path: '/chunks/', most: 20 },
  'result written': { operation: 'write', path: '/results/', most: 30 },
  'result synced': { operation: 'sync', path: '/results', most: 20 },
  'result renamed': { operation: 'rename', path: '/results/', most: 12 },
  'file removed': { operation: 'unlink', path: '/', most: 12 },
  'chunk removed by retention': { operation: 'unlink', path: '/chunks/', most: 10 },
} as const satisfies Record<string, { operation: FileOperation; path: string; most: number }>;

/** Only in rounds in which results are old enough to be removed. */
const RETENTION_POINT = { operation: 'unlink', path: '/results/', most: 12 } as const;

export type PointName = keyof typeof POINTS | 'result removed by retention';

export function planKill(random: Random): Kill {
  const kind = random();
  if (hasCompiler && kind < 0.45)
    return atPoint(pick(random, Object.keys(POINTS) as (keyof typeof POINTS)[]), random);
  if (kind < 0.6) return { who: 'ttsd', at: { afterSpawnMs: pickNumber(random, 0, 700) } };
  const at = { afterReadyMs: pickNumber(random, 0, 900) };
  return { who: kind < 0.75 ? 'engine host' : kind < 0.85 ? 'both' : 'ttsd', at };
}

export function planRetentionKill(random: Random): Kill {
  if (!hasCompiler) return { who: 'ttsd', at: { afterReadyMs: pickNumber(random, 0, 1500) } };
  return {
    who: 'ttsd',
    at: { point: 'result removed by retention', killPoint: toKillPoint(RETENTION_POINT, random) },
  };
}

function atPoint(point: keyof typeof POINTS, random: Random): Kill {
  return { who: 'ttsd', at: { point, killPoint: toKillPoint(POINTS[point], random) } };
}

function toKillPoint(
  { operation, path, most }: { operation: FileOperation; path: string; most: number },
  random: Random,
): KillPoint {
  // Mostly early ones: a round is short.
  const count = Math.ceil(most * random() ** 2) || 1;
  const whens =
    operation === 'write' ? (['before', 'middle', 'after'] as const) : (['before', 'after'] as const);
  return { operation, path, count, when: pick(random, whens) };
}
