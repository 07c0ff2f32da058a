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
  commit: { operation: 'sync', path: 'ttsd.db-wal', most: 25 },
  'write-ahead log': { operation: 'write', path: 'ttsd.db-wal', most: 80 },
  checkpoint: { operation: 'write', path: 'ttsd.db$', most: 30 },
  'chunk written': { operation: 'write', path: '/chunks/', most: 10 },
  'chunk synced': { operation: 'sync', path: '/chunks/', most: 10 },
  'chunk renamed': { operation: 'rename', path: '/chunks/', most: 6 },
  'chunk removed by retention': { operation: 'unlink', path: '/chunks/', most: 6 },
  'result written': { operation: 'write', path: '/results/', most: 10 },
  'result synced': { operation: 'sync', path: '/results', most: 8 },
  'result renamed': { operation: 'rename', path: '/results/', most: 5 },
  'file removed': { operation: 'unlink', path: '/', most: 6 },
} as const satisfies Points;

/** Only in the first round of a directory. */
const FIRST_POINTS = {
  'database created': { operation: 'write', path: 'ttsd.db$', most: 2 },
  migration: { operation: 'write', path: 'ttsd.db-wal', most: 60 },
  'migration committed': { operation: 'sync', path: 'ttsd.db-wal', most: 3 },
} as const satisfies Points;

/** Only in rounds in which results are old enough to be removed. */
const RETENTION_POINTS = {
  'result removed by retention': { operation: 'unlink', path: '/results/', most: 12 },
} as const satisfies Points;

type Points = Record<string, { operation: FileOperation; path: string; most: number }>;
export type PointName = keyof typeof POINTS | keyof typeof FIRST_POINTS | keyof typeof RETENTION_POINTS;

export function planKill(random: Random, { isFirst }: { isFirst: boolean }): Kill {
  if (hasCompiler && isFirst) return atPoint(FIRST_POINTS, random);
  const kind = random();
  if (hasCompiler && kind < 0.45) return atPoint(POINTS, random);
  if (kind < 0.6) return { who: 'ttsd', at: { afterSpawnMs: pickNumber(random, 0, 700) } };
  const at = { afterReadyMs: pickNumber(random, 0, 900) };
  return { who: kind < 0.75 ? 'engine host' : kind < 0.85 ? 'both' : 'ttsd', at };
}

export function planRetentionKill(random: Random): Kill {
  if (!hasCompiler) return { who: 'ttsd', at: { afterReadyMs: pickNumber(random, 0, 1500) } };
  return atPoint(RETENTION_POINTS, random);
}

function atPoint<Some extends Points>(points: Some, random: Random): Kill {
  const name = pick(random, Object.keys(points));
  const { operation, path, most } = points[name]!;
  const whens =
    operation === 'write' ? (['before', 'middle', 'after'] as const) : (['before', 'after'] as const);
  const killPoint = { operation, path, count: pickNumber(random, 1, most), when: pick(random, whens) };
  return { who: 'ttsd', at: { point: name as PointName, killPoint } };
}
