// Directories that ttsd makes: each level of a path has its name synced in the one above, not only the topmost.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startDaemon } from '../helpers/daemon.ts';
import { getShimEnv, hasCompiler } from '../helpers/disk-shim.ts';
import { Disk } from './disk.ts';
import { parseFileLog } from './file-log.ts';

test.skipIf(!hasCompiler)(
  'every directory on the way to what was acknowledged is there after a power cut (needs Linux and cc)',
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ttsd-levels-'));
    const [root, log, left] = ['disk', 'log', 'left'].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(root);
    const daemon = await startDaemon({
      dataDir: join(root, 'some', 'where', 'data'),
      env: getShimEnv(root, { log }),
    });
    const made = await daemon.call('POST', '/tts', { text: 'On the way.' });
    expect(made.status).toBe(200);
    await daemon.stop('SIGKILL');

    const disk = new Disk(root);
    for (const change of parseFileLog(readFileSync(log))) disk.apply(change);
    disk.writeOut(left, 'lost', Math.random);
    const names = readdirSync(left, { recursive: true }) as string[];
    const data = join('some', 'where', 'data');
    expect(names).toEqual(
      expect.arrayContaining([
        join(data, 'ttsd.db'),
        join(data, 'voices', 'clips'),
        expect.stringMatching(/\/results\/[\w-]+\.wav$/),
        expect.stringMatching(/\/chunks\/\w\w\/\w+\.chunk$/),
      ]),
    );
    rmSync(dir, { recursive: true });
  },
);
