// The page's main thread in a real browser: generate, hear, refresh, come back, cancel.
import { strToU8, zipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import type { ListReply, SubmitReply } from '../../src/api/v1.ts';
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
  });

  test('choosing a sentence plays from there, also where two were spoken in one go', async () => {
    await generate(page, `${makeProse(400)} Is it over? Yes, and that is the end of it.`);
    await page.getByText('Finished').waitFor();
    // Beside each row is the button of its menu.
    const last = page.getByRole('button', { name: 'Yes, and that is the end of it.', exact: true });
    await last.click();
    await waitFor('the last sentence to play', async () => (await readTime(page)) > 5);
    await page.locator('.spoken[aria-current=true]', { hasText: 'Yes, and that' }).waitFor();
    const rows = await page.locator('.said').allTextContents();
    expect(rows.at(-1)).toContain('Is it over?');
  });

  test('a job that waits shows its place, and what is left', async () => {
    await daemon.call('POST', '/v1/queue/pause');
    for (const text of ['Before it.', 'Also before it.'])
      await daemon.call('POST', '/v1/jobs', { text, class: 'interactive' });
    await generate(page, LONG.replaceAll('day', 'week'));
    await page.getByText(/number \d+ in the queue/).waitFor();
    await daemon.call('POST', '/v1/queue/resume');
    await page.getByText(/\d+ (s|min.*) left/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').waitFor();
  });

  test('hostile text is shown as text', async () => {
    const text =
      '<img src=x onerror="document.title=1"> \u202Eright to left\u202C & <script>document.title=2</script>.';
    await generate(page, text);
    await page.getByText('Finished').waitFor();
    await page.goto(`${daemon.endpoint.http}/#/history`);
    const row = page.getByRole('article').filter({ hasText: '<img src=x' });
    await row.waitFor();
    expect(await page.title()).toBe('ttsd');
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    // An override of the writing direction ends with its own line.
    expect(await row.locator('.job-text').getAttribute('dir')).toBe('auto');
    expect(await row.locator('time').evaluate((time) => getComputedStyle(time).direction)).toBe('ltr');
  });

  test('a megabyte is pasted, kept over a refresh, and refused or taken in so many words', async () => {
    const field = page.getByRole('textbox', { name: 'Text' });
    const text = `${'Words and more words. '.repeat(50_000)}`.slice(0, 1_048_576);
    await field.fill(text);
    await page.getByText('1,048,576 characters').waitFor();
    await page.getByRole('button', { name: /Generate/ }).click();
    await page
      .getByText(/1000000|1,000,000/)
      .first()
      .waitFor();
    problems.splice(0, Number.POSITIVE_INFINITY, ...problems.filter((one) => !/status of 4/.test(one)));
    await page.reload();
    expect((await field.inputValue()).length).toBe(1_048_576);
  });

  test('half of an emoji is refused by its place, and nothing typed is lost', async () => {
    // Put together in the page: on the way there it would become a replacement character.
    await page.getByRole('textbox', { name: 'Text' }).focus();
    await page.evaluate(() =>
      document.execCommand('insertText', false, `Cut ${String.fromCharCode(0xd83d)} in two.`),
    );
    await page.getByRole('button', { name: /Generate/ }).click();
    await page.locator('.toast').getByText('holds half of a surrogate pair').waitFor();
    problems.splice(0, Number.POSITIVE_INFINITY, ...problems.filter((one) => !/status of 4/.test(one)));
    expect(await page.getByRole('textbox', { name: 'Text' }).inputValue()).toContain('in two.');
  });

  test('text from right to left is written, spoken and listed from right to left', async () => {
    const text = 'مرحبا بالعالم، hello there.';
    await generate(page, text);
    await page.getByText('Finished').waitFor();
    const direction = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).direction);
    expect(await direction('textarea')).toBe('rtl');
    expect(await direction('.spoken')).toBe('rtl');
    await page.goto(`${daemon.endpoint.http}/#/history`);
    await page.getByRole('article').filter({ hasText: 'مرحبا' }).waitFor();
    expect(await direction('.job-text')).toBe('rtl');
    expect(await direction('.job-facts')).toBe('ltr');
  });

  test('a file becomes the text: plain, Markdown, subtitles and a book; what was there can be had back', async () => {
    const field = page.getByRole('textbox', { name: 'Text' });
    await field.fill('Typed before.');
    const drop = (name: string, bytes: Uint8Array | string) => dropFile(page, name, Buffer.from(bytes));
    await drop('plain.txt', 'Plain as it is.');
    await waitFor('the text', async () => (await field.inputValue()) === 'Plain as it is.');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => field.inputValue()).toBe('Typed before.');
    const files: [string, Uint8Array | string, string][] = [
      [
        'notes.md',
        '# Title\n\nSome *words* and [a link](https://example.org).\n',
        'Title\n\nSome words and a link.\n',
      ],
      [
        'film.srt',
        '1\n00:00:01,000 --> 00:00:02,000\n<i>First</i> line\n\n2\n00:00:03,000 --> 00:00:04,000\nSecond\n',
        'First line\nSecond',
      ],
      ['book.epub', makeEpub(), 'Chapter one\n\nIt began.\n\nIt ended.'],
    ];
    for (const [name, bytes, expected] of files) {
      await drop(name, bytes);
      await waitFor(name, async () => (await field.inputValue()) === expected);
    }
    await drop('picture.txt', Uint8Array.of(0xff, 0xd8, 0, 1));
    await page.getByText('picture.txt cannot be read as text.').waitFor();
    expect(await field.inputValue()).toBe('Chapter one\n\nIt began.\n\nIt ended.');
  });

  test('a preset, a seed, a pace, a format and a label make the job; what is not touched is left to the voice', async () => {
    await daemon.call('POST', '/v1/voices', { name: 'Slow Ivy', based_on: 'ivy', defaults: { speed: 0.8 } });
    await page.reload();
    const pick = async (name: string, option: RegExp) => {
      await page.getByRole('combobox', { name }).click();
      await page.getByRole('option', { name: option }).click();
    };
    await pick('preset', /^Bedtime Story/);
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Text' }).inputValue())
      .toMatch(/^Once, at the very end/);
    await page.getByText('0.85×').waitFor();
    await page.getByText(/^\d+ characters · 3 sentences · about \d+ s of speech$/).waitFor();
    await pick('Format', /^FLAC/);
    await page.getByRole('button', { name: 'More options' }).click();
    // The embedded voice has no parameters beyond its pace.
    expect(await page.getByText('Temperature').count()).toBe(0);
    await page.getByRole('textbox', { name: 'Seed' }).fill('4711');
    await page.getByRole('textbox', { name: 'Label' }).fill('bed');
    await page.getByRole('button', { name: /Generate/ }).click();
    await page.getByText('Finished').waitFor();
    const preset = await getJob(daemon, await readJobId(page));
    expect(preset).toMatchObject({ speed: 0.85, seed: 4711, format: 'flac', label: 'bed' });
    await pick('Voice', /^Slow Ivy/);
    await page.getByText('0.80×').waitFor();
    await page.getByRole('button', { name: /Generate/ }).click();
    await waitFor('another job', async () => (await readJobId(page)) !== preset.id);
    expect(await getJob(daemon, await readJobId(page))).toMatchObject({ voice: 'slow-ivy', speed: 0.8 });
    await page.getByText('Finished').waitFor();
  });

  test('history finds a word deep in a text, narrows by label and state, plays, edits again, deletes and takes that back', async () => {
    const deep = `${makeProse(600)} The zeppelin rose.`;
    const wanted = await daemon.call('POST', '/v1/jobs', { text: deep, label: 'air & <sea>' });
    const { id } = wanted.json<SubmitReply>().jobs[0]!.job;
    for (let count = 0; count < 3; count++)
      await daemon.call('POST', '/v1/jobs', { text: `Number ${count}.`, label: 'air & <sea>' });
    await page.goto(`${daemon.endpoint.http}/#/history`);
    const rows = page.getByRole('article');
    const search = page.getByRole('searchbox', { name: 'Search' });
    await search.fill('ZEPPELIN');
    await waitFor('one to be left', async () => (await rows.count()) === 1);
    await rows.getByText('Finished').waitFor();
    await rows.getByRole('button', { name: /^Listen to/ }).click();
    await rows.getByRole('button', { name: /^Listen to/, pressed: true }).waitFor();
    await rows.getByRole('button', { name: /^Only jobs labelled/ }).click();
    await search.fill('');
    await waitFor('those of the label', async () => (await rows.count()) === 4);
    await expect.poll(() => page.getByRole('combobox', { name: 'Label' }).inputValue()).toBe('air & <sea>');
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'Failed' }).click();
    await page.getByText('No job matches.').waitFor();
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'All states' }).click();
    await waitFor('all of the label', async () => (await rows.count()) === 4);
    // A job that comes while one looks is there by itself.
    await daemon.call('POST', '/v1/jobs', { text: 'Number 3.', label: 'air & <sea>' });
    await rows.filter({ hasText: 'Number 3.' }).getByText('Finished').waitFor();

    await page.getByRole('checkbox', { name: 'Choose all' }).click();
    await page.getByText('5 jobs chosen').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await waitFor('them to go', async () => (await rows.count()) === 0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await waitFor('them to come back', async () => (await rows.count()) === 5);
    await page.getByRole('checkbox', { name: /^Choose: Number 3/ }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    // Closing the page is as good as waiting.
    await page.goto('about:blank');
    await waitFor('it to be deleted', async () => {
      const { jobs } = (await daemon.call('GET', '/v1/jobs?q=Number+3')).json<ListReply>();
      return jobs.length === 0;
    });

    await page.goto(`${daemon.endpoint.http}/#/history`);
    await search.fill(id);
    await waitFor('the one of that id', async () => (await rows.count()) === 1);
    await rows.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'Into the editor' }).click();
    await expect.poll(() => page.getByRole('textbox', { name: 'Text' }).inputValue()).toBe(deep);
  });
});

/** As somebody who drags it there from a folder. */
async function dropFile(page: Page, name: string, bytes: Buffer): Promise<void> {
  const data = await page.evaluateHandle(
    ({ name, bytes }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(bytes)], name));
      return transfer;
    },
    { name, bytes: [...bytes] },
  );
  await page.locator('.editor').dispatchEvent('drop', { dataTransfer: data });
}

function makeEpub(): Uint8Array {
  const entries: Record<string, string> = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="in/book.opf"/></rootfiles></container>',
    'in/book.opf':
      '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="one.xhtml"/><item id="b" href="two.xhtml"/></manifest><spine><itemref idref="b"/><itemref idref="a"/></spine></package>',
    'in/one.xhtml': '<html><body><p>It ended.</p><script>alert(1)</script></body></html>',
    'in/two.xhtml': '<html><body><h1>Chapter one</h1><p>It  began.</p></body></html>',
  };
  return zipSync(Object.fromEntries(Object.entries(entries).map(([name, text]) => [name, strToU8(text)])));
}

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
