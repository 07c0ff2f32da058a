// The short form of npm run disk-faults: a disk that fails to sync costs no acknowledged job and is believed in nothing.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFailingDisk } from '../faults/failing-disk.ts';
import { DiskTrials } from '../faults/trials.ts';
import { makeDataDir, removeDataDirs } from '../helpers/daemon.ts';
import { hasCompiler } from '../helpers/disk-shim.ts';

afterAll(removeDataDirs);

test.skipIf(!hasCompiler)(
  'a failed sync is refused and forgotten, jobs go on by themselves, and none is lost (needs Linux and cc)',
  async () => {
    const dataDir = await makeDataDir();
    const disk = makeFailingDisk(dataDir);
    const trials = await DiskTrials.start(disk, dataDir);
    const findLog = () => statSync(join(dataDir, 'ttsd.db-wal')).birthtimeMs;
    const before = findLog();
    await trials.provoke({ operation: 'sync', error: 'EIO', path: 'ttsd.db-wal', skip: 0, times: 1 });
    await trials.provoke({ operation: 'sync', error: 'EIO', path: '/results/', skip: 0, times: 1 });
    // Whatever was in memory at the failed sync is gone: the database was closed, and its log begun anew.
    expect(findLog()).not.toBe(before);
    await trials.check();
    await trials.daemon.stop();
    disk.remove();
    expect(trials.counts).toMatchObject({ faults: 2, notMet: 0, lost: 0, wrongBytes: 0 });
    expect(trials.counts.refused).toBeGreaterThan(0);
    expect(trials.counts.acknowledged).toBeGreaterThan(0);
  },
);
