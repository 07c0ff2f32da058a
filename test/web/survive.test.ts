// The daemon is killed and started again while a page is open: the page says so, comes back by itself, and the job goes on.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import { hasChromium, launchBrowser, PATIENCE_MS } from '../helpers/browser.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

describe.skipIf(!hasChromium)('an open page (needs Chromium)', () => {
  let daemon: Daemon;
  let browser: Browser;

  beforeAll(async () => {
    [daemon, browser] = await Promise.all([startDaemon(), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await daemon?.stop();
    await removeDataDirs();
  });

  test('outlives a kill -9 of the daemon, and shows the same job going on from where it was', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(daemon.endpoint.http);
    await page.getByRole('textbox', { name: 'Text' }).fill(makeProse(3000));
    await page.getByRole('button', { name: /Generate/ }).click();
    const job = await waitFor('some progress', async () => {
      const [found] = (await daemon.call('GET', '/v1/jobs?limit=1')).json<{ jobs: JobView[] }>().jobs;
      return found !== undefined && found.progress >= 5 && found;
    });
    await daemon.stop('SIGKILL');
    await page.getByText('The daemon is away').waitFor();
    const { port } = new URL(daemon.endpoint.http);
    daemon = await startDaemon({ dataDir: daemon.dataDir, env: { TTSD_PORT: port } });
    await page.getByText('The daemon is away').waitFor({ state: 'detached' });
    await page.getByText('Finished').waitFor();
    const after = (await daemon.call('GET', `/v1/jobs/${job.id}`)).json<JobView>();
    expect(after.state).toBe('completed');
    expect((await daemon.call('GET', '/v1/jobs')).json<{ jobs: JobView[] }>().jobs).toHaveLength(1);
  });
});
