// Pictures of every view of the web page, light and dark, wide and as on a phone: node scripts/take-pictures.ts [FOLDER]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../test/helpers/browser.ts';
import { makeToneWav } from '../test/helpers/clips.ts';
import { removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';

const SIZES = { wide: { width: 1100, height: 760 }, phone: { width: 390, height: 844 } };
const TEXT =
  'The ferry left a little after six. By then the rain had moved on to the hills, and the harbour smelled of wet rope and fresh bread. Nobody on deck said much; they watched the town grow small. “Will it be calm out there?” asked the boy.';
interface Look {
  size: keyof typeof SIZES;
  colorScheme: 'light' | 'dark';
}
const LOOKS: Look[] = (['wide', 'phone'] as const).flatMap((size) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ size, colorScheme })),
);
/** What each view shows when it is whole. */
const SHOWN = {
  history: 'Good morning. The library',
  queue: 'characters a second',
  voices: 'characters a second',
  settings: 'Save settings',
};
const folder = process.argv[2] ?? join('/tmp', 'ttsd-pictures');

await mkdir(folder, { recursive: true });
const daemon = await startDaemon();
const browser = await launchBrowser();
try {
  for (const look of LOOKS) await takeEmpty(look);
  await fill();
  for (const look of LOOKS) await takeViews(look);
  const left = [];
  for (const look of LOOKS) left.push(await open(look));
  for (const { show } of left) await show('history', SHOWN.history);
  await daemon.stop();
  for (const { page, shoot } of left) {
    await page.getByText('The daemon is away').waitFor();
    await shoot('away');
  }
  console.log(folder);
} finally {
  await browser.close();
  await daemon.stop();
  await removeDataDirs();
}

async function open({ colorScheme, size }: Look) {
  const page = await (await browser.newContext({ colorScheme, viewport: SIZES[size] })).newPage();
  const shoot = async (name: string, options = {}) => {
    await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`), ...options });
  };
  const show = async (view: string, text: string) => {
    await page.goto(`${daemon.endpoint.http}/#/${view}`);
    await page.getByText(text).first().waitFor();
  };
  return { page, shoot, show };
}

/** Before there is a job. */
async function takeEmpty(look: Look): Promise<void> {
  const { page, shoot, show } = await open(look);
  await show('speak', 'What you generate');
  await shoot('empty-speak');
  await show('history', 'No jobs yet');
  await shoot('empty-history');
  await show('queue', 'Nothing waits');
  await shoot('empty-queue');
  await page.context().close();
}

async function takeViews(look: Look): Promise<void> {
  const { page, shoot, show } = await open(look);
  await page.goto(daemon.endpoint.http);
  await speak(page);
  await shoot('speak');
  await page
    .getByRole('button', { name: /^Say differently/ })
    .first()
    .click();
  await page.getByRole('menuitem').first().waitFor();
  await shoot('sentence-menu');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More options' }).click();
  await page.getByRole('button', { name: 'More options' }).scrollIntoViewIfNeeded();
  await shoot('options');
  await page.getByRole('combobox', { name: 'Voice' }).click();
  await page.getByRole('option').first().waitFor();
  await shoot('voice-list');
  await page.keyboard.press('Escape');
  for (const [view, shown] of Object.entries(SHOWN)) {
    await show(view, shown);
    await shoot(view);
    await shoot(`${view}-whole`, { fullPage: true });
  }
  await show('history', SHOWN.history);
  await page
    .getByRole('button', { name: /^More for/ })
    .first()
    .click();
  await page.getByRole('menuitem').first().waitFor();
  await shoot('job-menu');
  await page.keyboard.press('Escape');
  await page.getByRole('checkbox').nth(1).check();
  await page.getByRole('searchbox', { name: 'Search' }).fill('harbour');
  await page.getByText('Good morning. The library').waitFor({ state: 'detached' });
  await shoot('search');
  await page.getByRole('searchbox', { name: 'Search' }).fill('nothing like it');
  await page.getByText('No job matches').waitFor();
  await shoot('no-match');
  await show('settings', SHOWN.settings);
  await page.getByRole('textbox', { name: 'Characters spoken in one go' }).fill('7');
  await page.getByRole('textbox', { name: 'Characters spoken in one go' }).scrollIntoViewIfNeeded();
  await shoot('setting-wrong');
  await page.getByRole('button', { name: 'Back to defaults' }).click();
  await page.getByRole('dialog').waitFor();
  await shoot('reset');
  await page.keyboard.press('Escape');
  await show('voices', SHOWN.voices);
  await page.getByRole('button', { name: 'Add a clip' }).click();
  await page
    .getByLabel('Sound file')
    .setInputFiles({ name: 'tone.wav', mimeType: 'audio/wav', buffer: makeToneWav({ sec: 4 }) });
  await page.getByText('What is kept').waitFor();
  await shoot('clip');
  await page.route('**/v1/voices', (route) =>
    route.fulfill({
      status: 401,
      json: { error: { code: 'invalid_api_key', message: 'An API key is required.' } },
    }),
  );
  await page.reload();
  await page.getByRole('dialog').waitFor();
  await shoot('key');
  await page.context().close();
}

/** Something of each kind to show. */
async function fill(): Promise<void> {
  for (const [text, label] of [
    [TEXT, 'harbour'],
    ['Good morning. The library opens at nine today.', 'library'],
    ['مرحبا بالعالم', undefined],
  ])
    await daemon.call('POST', '/tts', { text, output_format: 'mp3', ...(label && { label }) });
  await daemon.call('POST', '/v1/voices', {
    name: 'Bedtime',
    description: 'Slow and warm, for the evening',
    based_on: 'ivy',
    defaults: { speed: 0.85 },
  });
  for (const [text, priority] of [
    ['Chapter one. It was late when the letter came.', 5],
    ['Chapter two. Nobody had slept.', 0],
    ['Chapter three. The road went on.', 0],
  ])
    await daemon.call('POST', '/v1/jobs', {
      text,
      priority,
      not_before: '2099-01-01T00:00:00Z',
      label: 'book',
    });
}

async function speak(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Text' }).fill(TEXT);
  await page.getByRole('button', { name: /Generate/ }).click();
  await page.getByText('Finished').waitFor();
  await page
    .getByRole('region', { name: /What is spoken/ })
    .getByRole('button', { name: /^By then/ })
    .click();
  await page.getByText(/^0:0[4-9] /).waitFor();
}
