// A copy of the job database while everything goes on: GET /v1/backup.
import { randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { getClipsDir } from '../../jobs/backup-clips.ts';
import { copyDatabase } from '../../jobs/side-thread.ts';
import type { App, Context } from '../context.ts';

export function addBackupRoute(app: App, { config: { dataDir } }: Context): void {
  app.get('/v1/backup', { exposeHeadRoute: false, config: { startsWork: true } }, async (_request, reply) => {
    const copy = join(dataDir, `backup-${randomUUID()}.db`);
    await copyDatabase(join(dataDir, 'ttsd.db'), { copy, clipsDir: getClipsDir(dataDir) });
    const file = await open(copy, 'r');
    // From here on it lives only as long as somebody reads it.
    await unlink(copy);
    const { size } = await file.stat();
    return reply
      .headers({ 'content-type': 'application/vnd.sqlite3', 'content-length': size })
      .send(file.createReadStream());
  });
}
