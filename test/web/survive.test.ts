// The daemon is killed and started again while a page is open: the page says so, comes back by itself, and the job goes on.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import { hasChromium, launchBrowser, PATIENCE_MS } from '../helpers/browser.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** Each time the harbour is spoken of the engine takes a second more: the job is long enough to be killed in. */
const SLOWLY = { TTSD_FAULT: 'slow:harbour' };

describe.skipIf(!hasChromium)('an open page (needs Chromium)', () => {
  let daemon: Daemon;
  let browser: Browser;

  beforeAll(async () => {
    [daemon, browser] = await Promise.all([startDaemon({ env: SLOWLY }), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await daemon?.stop();
    await removeDataDirs();
  });

  test('outlives a kill -9 of the daemon, and shows the same job going on from where it was, its progress never less', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(daemon.endpoint.http);
    await recordProgress(page);
    await page.getByRole('textbox', { name: 'Text' }).fill(makeProse(1500));
    await page.getByRole('button', { name: /Generate/ }).click();
    const job = await waitFor('some progress', async () => {
      const [found] = (await daemon.call('GET', '/v1/jobs?limit=1')).json<{ jobs: JobView[] }>().jobs;
      return found !== undefined && found.progress >= 5 && found;
    });
    await waitFor('it to show', async () => ((await readProgress(page)).at(-1) ?? 0) >= 5);
    await daemon.stop('SIGKILL');
    await page.getByText('The daemon is away').waitFor();
    const { port } = new URL(daemon.endpoint.http);
    daemon = await startDaemon({ dataDir: daemon.dataDir, env: { ...SLOWLY, TTSD_PORT: port } });
    await page.getByText('The daemon is away').waitFor({ state: 'detached' });

    // Another browser, that never saw this job, finds it too.
    const other = await (await browser.newContext()).newPage();
    await other.goto(`${daemon.endpoint.http}/#/history`);
    await other
      .getByRole('article')
      .getByText(/Speaking|Finished/)
      .waitFor();

    await page.getByText('Finished').waitFor();
    await other.getByRole('article').getByText('Finished').waitFor();
    const shown = await readProgress(page);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    const after = (await daemon.call('GET', `/v1/jobs/${job.id}`)).json<JobView>();
    expect(after.state).toBe('completed');
    expect((await daemon.call('GET', '/v1/jobs')).json<{ jobs: JobView[] }>().jobs).toHaveLength(1);
  });
});

/** Notes each percentage that the page shows from now on. */
function recordProgress(page: Page): Promise<void> {
  return page.evaluate(() => {
    const shown: number[] = [];
    (window as unknown as { shown: number[] }).shown = shown;
    new MutationObserver(() => {
      const percent = Number.parseInt(document.querySelector('.progress-value')?.textContent ?? '', 10);
      if (!Number.isNaN(percent) && percent !== shown.at(-1)) shown.push(percent);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

function readProgress(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as unknown as { shown: number[] }).shown);
}
