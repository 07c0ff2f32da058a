// A full disk stops the work, not the jobs: clear words, nothing lost, and it goes on by itself when there is room again.
import { rmSync, writeFileSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startDaemon } from '../helpers/daemon.ts';
import { mountSmallDisk } from '../helpers/small-disk.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

const disk = mountSmallDisk(12);

afterAll(() => disk?.unmount());

async function fillUp(path: string, leaveBytes: number): Promise<string> {
  const { bavail, bsize } = await statfs(path);
  const file = join(path, 'ballast');
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
  return file;
}

test.skipIf(disk === undefined)(
  'a job waits out a full disk and completes (needs to mount a tmpfs)',
  async () => {
    const dataDir = join(disk!.path, 'data');
    const daemon = await startDaemon({ dataDir });
    const { job_id: id } = (await daemon.call('POST', '/tts/enqueue', { text: makeProse(1500) })).json<{
      job_id: string;
    }>();
    const ballast = await fillUp(disk!.path, 1_500_000);

    const stuck = await waitFor('the loop to stand still', async () => {
      const reply = await daemon.call('GET', '/readyz');
      return reply.status === 503 && reply;
    });
    expect(stuck.json().reason).toMatch(/cannot be written.*Free some space/);
    const refused = await daemon.call('POST', '/tts/enqueue', { text: 'No room for this one.' });
    expect(refused.status).toBe(507);
    expect(refused.json()).toMatchObject({ error: { code: 'disk_full', retryable: true } });
    const { status } = (await daemon.call('GET', `/tts/${id}/status`)).json();
    expect(['queued', 'running']).toContain(status);
    expect((await readdir(join(dataDir, 'results'))).filter((name) => !name.startsWith('.'))).toEqual([]);

    rmSync(ballast);
    await waitFor('the job to complete', async () => {
      const job = (await daemon.call('GET', `/tts/${id}/status`)).json();
      expect(job.status, String(job.error)).not.toBe('failed');
      return job.status === 'completed';
    });
    expect((await daemon.call('GET', `/tts/${id}/result`)).status).toBe(200);
    expect(await daemon.stop()).toBe(0);
  },
);
