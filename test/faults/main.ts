// npm run disk-faults: every file operation that the daemon makes fails at several points and in several ways, one
// after another; then disks that are too small. Prints what was tried and what it came to; exit code 1 when a promise was broken.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCompiler } from '../helpers/disk-shim.ts';
import { tryBudgets } from './budgets.ts';
import { type Fault, makeFailingDisk } from './failing-disk.ts';
import { DiskTrials } from './trials.ts';

const POINTS: readonly Pick<Fault, 'operation' | 'path'>[] = [
  { operation: 'sync', path: 'ttsd.db-wal' },
  { operation: 'write', path: 'ttsd.db-wal' },
  { operation: 'write', path: 'ttsd.db$' },
  { operation: 'sync', path: 'ttsd.db$' },
  { operation: 'open', path: '/chunks/' },
  { operation: 'write', path: '/chunks/' },
  { operation: 'sync', path: '/chunks/' },
  { operation: 'rename', path: '/chunks/' },
  { operation: 'open', path: '/results/' },
  { operation: 'write', path: '/results/' },
  { operation: 'sync', path: '/results/' },
  { operation: 'rename', path: '/results/' },
];
const ERRORS: readonly Fault['error'][] = ['EIO', 'ENOSPC', 'EROFS'];
const MANNERS: readonly Pick<Fault, 'skip' | 'times'>[] = [
  { skip: 0, times: 1 },
  { skip: 2, times: 1 },
  { skip: 0, times: Infinity },
];

if (!hasCompiler) {
  process.stderr.write('disk-faults: needs Linux and a C compiler (cc)\n');
  process.exit(2);
}
const dataDir = mkdtempSync(join(tmpdir(), 'ttsd-disk-faults-'));
const disk = makeFailingDisk(dataDir);
const trials = await DiskTrials.start(disk, dataDir);
try {
  for (const point of POINTS) {
    for (const error of ERRORS) {
      for (const manner of MANNERS) await trials.provoke({ ...point, error, ...manner });
    }
    await trials.waitUntilWell();
    console.error(`${point.operation} ${point.path}: ${JSON.stringify(trials.counts)}`);
  }
  await trials.check();
} finally {
  await trials.daemon.stop();
  disk.remove();
  rmSync(dataDir, { recursive: true });
}
const { faults, notMet, lost, wrongBytes } = trials.counts;
console.log('faults:', JSON.stringify({ ...trials.counts, survived: faults - notMet - lost - wrongBytes }));
const budgets = await tryBudgets();
console.log(
  'small disks:',
  budgets === undefined ? 'skipped, mounting is not allowed' : JSON.stringify(budgets),
);
process.exit(lost + wrongBytes + (budgets?.lost ?? 0) > 0 ? 1 : 0);
