// The page's main thread in a real browser: generate, hear, refresh, come back, cancel.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import { collectProblems, hasChromium, launchBrowser } from '../helpers/browser.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

const LONG = makeProse(20_000);

describe.skipIf(!hasChromium)('the page where speech is made (needs Chromium)', () => {
  let daemon: Daemon;
  let browser: Browser;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    [daemon, browser] = await Promise.all([startDaemon(), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await daemon?.stop();
    await removeDataDirs();
  });

  beforeEach(async () => {
    const context = await browser.newContext();
    page = await context.newPage();
    problems = collectProblems(page);
    await page.goto(daemon.endpoint.http);
  });

  afterEach(async () => {
    await page.context().close();
    expect(problems).toEqual([]);
  });

  test('what is generated is heard while it renders, and the download is the API’s file', async () => {
    await generate(
      page,
      'Good morning. This is heard from its first sentence on, and then it goes on to the end.',
    );
    await waitForSound(page);
    await page.getByText('Finished').waitFor();
    const job = await getJob(daemon, await readJobId(page));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /Download/ }).click(),
    ]);
    const saved = await readAll(await download.createReadStream());
    const { body } = await daemon.call('GET', `/tts/${job.id}/result`);
    expect(saved.equals(body)).toBe(true);
    expect(await measureLoudness(page, `tts/${job.id}/result`)).toBeGreaterThan(0.02);
  });

  test('a refresh in the middle finds the same job, further on', async () => {
    await generate(page, LONG);
    await page.getByText('Speaking').waitFor();
    const id = await readJobId(page);
    const before = await waitFor('some progress', async () => {
      const { progress } = await getJob(daemon, id);
      return progress >= 3 && progress;
    });
    await page.reload();
    await page.getByText(/Speaking|Finished/).waitFor();
    expect(await readJobId(page)).toBe(id);
    const shown = Number.parseInt(
      (await page
        .getByText(/^\d+%$/)
        .first()
        .textContent()) ?? '',
      10,
    );
    expect(shown).toBeGreaterThanOrEqual(before);
    expect(
      (await daemon.call('GET', '/v1/jobs?state=running')).json<{ jobs: JobView[] }>().jobs,
    ).toHaveLength(1);
    await page.getByRole('button', { name: 'Play' }).click();
    await waitForSound(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').waitFor();
  });

  test('cancel frees the engine: the next job starts and ends', async () => {
    await generate(page, `${LONG} Nobody hears this.`);
    await page.getByText('Speaking').waitFor();
    const id = await readJobId(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').waitFor();
    expect((await getJob(daemon, id)).state).toBe('cancelled');
    await generate(page, 'The next one is short.');
    await page.getByText('Finished').waitFor();
  });

  test('a second tab shows the same job, and what one does the other sees', async () => {
    await generate(page, `${LONG} And two look on.`);
    await page.getByText('Speaking').waitFor();
    const second = await page.context().newPage();
    await second.goto(`${daemon.endpoint.http}/#/history`);
    const row = second.getByRole('article').filter({ hasText: 'Speaking' });
    await row.waitFor();
    await row.getByRole('button', { name: /^More/ }).click();
    await second.getByRole('menuitem', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').waitFor();
    // The first tab heard it: its browser may ask for the rest before the page knows, and is told that it is gone.
    const told = problems.indexOf(
      'Failed to load resource: the server responded with a status of 410 (Gone)',
    );
    if (told !== -1) problems.splice(told, 1);
  });

  test('choosing a sentence plays from there', async () => {
    await generate(page, makeProse(400));
    await page.getByText('Finished').waitFor();
    // Beside each sentence is the button of its menu.
    const last = page.locator('.spoken').last();
    await last.click();
    await waitFor('the last sentence to play', async () => (await readTime(page)) > 5);
    expect(await last.getAttribute('aria-current')).toBe('true');
  });

  test('hostile text is shown as text', async () => {
    const text =
      '<img src=x onerror="document.title=1"> \u202Eright to left\u202C & <script>document.title=2</script>.';
    await generate(page, text);
    await page.getByText('Finished').waitFor();
    await page.goto(`${daemon.endpoint.http}/#/history`);
    await page.getByRole('article').filter({ hasText: '<img src=x' }).waitFor();
    expect(await page.title()).toBe('ttsd');
    expect(await page.locator('img[src="x"]').count()).toBe(0);
  });
});

async function generate(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Text' }).fill(text);
  await page.getByRole('button', { name: /Generate/ }).click();
}

function readJobId(page: Page): Promise<string> {
  return page.evaluate(() => JSON.parse(localStorage.getItem('ttsd.job') ?? 'null'));
}

function readTime(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector('audio')?.currentTime ?? 0);
}

async function waitForSound(page: Page): Promise<void> {
  await waitFor('the sound to begin', async () => (await readTime(page)) > 0.2);
}

async function getJob(daemon: Daemon, id: string): Promise<JobView> {
  return (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
}

/** Root mean square of what the browser decodes, 0 to 1. */
function measureLoudness(page: Page, path: string): Promise<number> {
  return page.evaluate(async (path) => {
    const bytes = await (await fetch(path)).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 1, 24_000).decodeAudioData(bytes);
    const samples = sound.getChannelData(0);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  }, path);
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
