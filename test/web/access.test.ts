// Every view, window and menu in both themes: nothing for axe to find, nothing that sticks out of a phone.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectProblems, findBarriers, hasChromium, launchBrowser } from '../helpers/browser.ts';
import { makeToneWav } from '../helpers/clips.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../helpers/daemon.ts';

/** Each with what it shows when it is whole. */
const VIEWS = {
  speak: 'What you generate is heard here',
  history: 'A job that is finished.',
  queue: 'characters a second',
  voices: 'characters a second',
  settings: 'Save settings',
};
type View = keyof typeof VIEWS;

describe.skipIf(!hasChromium)('the views (need Chromium)', () => {
  let daemon: Daemon;
  let browser: Browser;

  beforeAll(async () => {
    [daemon, browser] = await Promise.all([startDaemon(), launchBrowser()]);
    const texts = ['A job that is finished.', 'مرحبا بالعالم'];
    for (const text of texts) await daemon.call('POST', '/tts', { text, output_format: 'wav' });
    await daemon.call('POST', '/v1/jobs', {
      text: `${'A long line that does not fit on a phone. '.repeat(5)}${'Unbroken'.repeat(40)}`,
      not_before: '2099-01-01T00:00:00Z',
      label: `later ${'and-later'.repeat(15)}`,
    });
  });

  afterAll(async () => {
    await browser?.close();
    await daemon?.stop();
    await removeDataDirs();
  });

  for (const view of Object.keys(VIEWS) as View[]) {
    test(`${view}, light and dark: axe finds nothing, the policy is kept, a phone needs no sideways scrolling`, async () => {
      const page = await browser.newPage();
      const problems = collectProblems(page);
      await open(page, view, daemon);
      expect(await findBarriers(page)).toEqual([]);
      await page.setViewportSize({ width: 375, height: 700 });
      expect(await findOverhang(page)).toEqual([]);
      expect(problems).toEqual([]);
      await page.close();
    });
  }

  test('open windows and menus, light and dark: axe finds nothing, and the keyboard closes them', async () => {
    const page = await browser.newPage();
    const check = async (role: 'dialog' | 'menu' | 'listbox') => {
      await page.getByRole(role).waitFor();
      expect(await findBarriers(page, `[role=${role}]`)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole(role).waitFor({ state: 'detached' });
    };
    const show = (view: string) => page.goto(`${daemon.endpoint.http}/#/${view}`);
    const press = (name: RegExp | string) => page.getByRole('button', { name }).first().click();

    await show('history');
    await press('More for: A job that is finished.');
    await check('menu');
    await page.getByRole('article').filter({ hasText: 'A job that is' }).getByText('Open').click();
    await press(/^Say differently/);
    await check('menu');
    await page.getByRole('combobox', { name: 'Voice' }).click();
    await check('listbox');
    await show('voices');
    await press(/^More for/);
    await check('menu');
    await press(/^More for/);
    await page.getByRole('menuitem', { name: 'New preset' }).click();
    await check('dialog');
    await press('Add a clip');
    await page
      .getByLabel('Sound file')
      .setInputFiles({ name: 'tone.wav', mimeType: 'audio/wav', buffer: makeToneWav({ sec: 2 }) });
    await page.getByText('What is kept').waitFor();
    await check('dialog');
    await show('settings');
    await press('Back to defaults');
    await check('dialog');
    await page.close();
  });

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
    await page.getByRole('option').first().waitFor({ state: 'detached' });
    await page.close();
  });

  test('nothing moves by itself for somebody who wants no motion, and the theme can be chosen', async () => {
    const page = await browser.newPage({ reducedMotion: 'reduce', colorScheme: 'light' });
    await open(page, 'settings', daemon);
    const moving = await page.evaluate(() =>
      [...document.styleSheets].flatMap((sheet) =>
        [...sheet.cssRules]
          .filter((rule) => /\b(transition|animation)[-a-z]*:/.test(rule.cssText))
          .flatMap((rule) =>
            rule instanceof CSSMediaRule && rule.conditionText.includes('no-preference') ? [] : rule.cssText,
          ),
      ),
    );
    expect(moving).toEqual([]);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('combobox', { name: 'Theme' }).click();
    await page.getByRole('option', { name: 'Dark' }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('heading', { name: 'Appearance' }).waitFor();
    expect(await ground()).toBe(dark);
    await page.close();
  });
});

async function open(page: Page, view: View, { endpoint }: Daemon): Promise<void> {
  await page.goto(`${endpoint.http}/#/${view}`);
  await page.locator('nav [aria-current=page]').waitFor();
  await page.getByText(VIEWS[view]).first().waitFor();
}

/** What sticks out on the right, but for what is scrolled or cut inside its own box. */
function findOverhang(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width)
      return [`the page is ${document.documentElement.scrollWidth} wide`];
    return [...document.querySelectorAll('main .card, main .control, main .button')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map((element) => element.outerHTML.slice(0, 200));
  });
}
