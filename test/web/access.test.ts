// Every view in both themes and at two widths: nothing serious for axe, nothing that sticks out of a phone.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectProblems, hasChromium, launchBrowser } from '../helpers/browser.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../helpers/daemon.ts';

/** Each with what is there when all of it has come. */
const VIEWS: Record<string, (page: Page) => Locator> = {
  speak: (page) => page.getByRole('combobox', { name: 'Voice' }),
  history: (page) => page.getByText('A job that is finished.'),
  queue: (page) => page.getByText('Later.'),
  voices: (page) => page.getByRole('button', { name: /^Listen to/ }),
  settings: (page) => page.getByRole('main').getByRole('textbox'),
};
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!hasChromium)('the views (need Chromium)', () => {
  let daemon: Daemon;
  let browser: Browser;
  let axe: string;

  beforeAll(async () => {
    [daemon, browser, axe] = await Promise.all([startDaemon(), launchBrowser(), readFile(AXE, 'utf8')]);
    const texts = ['A job that is finished.', 'مرحبا بالعالم'];
    for (const text of texts) await daemon.call('POST', '/tts', { text, output_format: 'wav' });
    await daemon.call('POST', '/v1/jobs', {
      text: 'Later.',
      not_before: '2099-01-01T00:00:00Z',
      label: 'later',
    });
  });

  afterAll(async () => {
    await browser?.close();
    await daemon?.stop();
    await removeDataDirs();
  });

  test.each(Object.keys(VIEWS))(
    '%s: axe finds nothing in either theme, the policy is kept, a phone needs no sideways scrolling',
    async (view) => {
      const page = await browser.newPage();
      const problems = collectProblems(page);
      await open(page, view, daemon);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await runAxe(page, axe);
        expect(
          violations.map(
            ({ id, nodes }) => `${colorScheme}, ${id}: ${nodes.map(({ html }) => html).join(' ')}`,
          ),
        ).toEqual([]);
      }
      await page.setViewportSize({ width: 375, height: 700 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
      expect(problems).toEqual([]);
      await page.close();
    },
  );

  test('with the keyboard alone one can write, choose a voice and generate', async () => {
    const page = await browser.newPage();
    await open(page, 'speak', daemon);
    await page.getByRole('textbox', { name: 'Text' }).focus();
    await page.keyboard.type('Typed by hand.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Finished').waitFor();
    await page.getByRole('combobox', { name: 'Voice' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('option').count()).toBe(0);
    await page.close();
  });
});

async function open(page: Page, view: string, { endpoint }: Daemon): Promise<void> {
  await page.goto(`${endpoint.http}/#/${view}`);
  await page.locator('nav [aria-current=page]').waitFor();
  await VIEWS[view]!(page).locator('visible=true').first().waitFor();
}

/** The policy lets no script run that is not the daemon's: axe comes in by the debugger's door. */
async function runAxe(page: Page, axe: string): Promise<AxeResults> {
  await page.evaluate(axe);
  return page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
}
