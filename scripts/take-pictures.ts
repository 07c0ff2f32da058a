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
  await fill();
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const page = await (await browser.newContext({ colorScheme, viewport })).newPage();
      const shoot = (name: string) =>
        page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
      await page.goto(daemon.endpoint.http);
      await speak(page);
      await shoot('speak');
      for (const [view, shown] of Object.entries(SHOWN)) {
        await page.goto(`${daemon.endpoint.http}/#/${view}`);
        await page.getByText(shown).first().waitFor();
        await shoot(view);
      }
      await page.goto(`${daemon.endpoint.http}/#/voices`);
      await page.getByRole('button', { name: 'Add a clip' }).click();
      await page
        .getByLabel('Sound file')
        .setInputFiles({ name: 'tone.wav', mimeType: 'audio/wav', buffer: makeToneWav({ sec: 4 }) });
      await page.getByText('What is kept').waitFor();
      await shoot('clip');
      await page.context().close();
    }
  }
  console.log(folder);
} finally {
  await browser.close();
  await daemon.stop();
  await removeDataDirs();
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
