// Voices, queue, settings and a sentence said anew, in a real browser that had to sign in with an API key, all of it under a
// path prefix behind a reverse proxy.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import type { QueueReply, SettingsView } from '../../src/api/v1.ts';
import type { VoicesReply } from '../../src/api/voices.ts';
import { collectProblems, findBarriers, hasChromium, launchBrowser } from '../helpers/browser.ts';
import { runTts } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { type FileServer, startFileServer } from '../helpers/file-server.ts';
import { type PrefixProxy, startPrefixProxy } from '../helpers/prefix-proxy.ts';
import { offerTwin } from '../helpers/twin-model.ts';
import { waitFor } from '../helpers/wait-for.ts';

const PREFIX = '/a/speech/';

describe.skipIf(!hasChromium)('a browser behind a proxy, where a key is asked for (needs Chromium)', () => {
  let daemon: Daemon;
  let proxy: PrefixProxy;
  let server: FileServer;
  let browser: Browser;
  let page: Page;
  let problems: string[];
  let key: string;

  beforeAll(async () => {
    const dataDir = await makeDataDir();
    const config = join(dataDir, 'config.yaml');
    writeFileSync(config, 'server:\n  require_api_key: true\n');
    server = await startFileServer();
    await offerTwin('twin', server, dataDir);
    [daemon, browser] = await Promise.all([
      startDaemon({ dataDir, config }),
      launchBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']),
    ]);
    key = (await runTts(['daemon', 'key', 'new', 'page', '-q'], { env: daemon.env })).stdout.trim();
    proxy = await startPrefixProxy(daemon.endpoint.http, PREFIX);
    page = await (await browser.newContext()).newPage();
    problems = collectProblems(page);
    page.on('request', (request) => {
      const { protocol, pathname } = new URL(request.url());
      if (protocol === 'http:' && !pathname.startsWith(PREFIX)) problems.push(`asked for ${pathname}`);
    });
    await page.goto(proxy.url);
  });

  afterEach(() => {
    expect(problems).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await server?.close();
    await daemon?.stop();
    await removeDataDirs();
  });

  const show = (view: string) => page.goto(`${proxy.url}#/${view}`);
  const getVoices = async () => (await daemon.call('GET', '/v1/voices')).json<VoicesReply>().voices;
  const getJobs = async () => (await daemon.call('GET', '/v1/jobs')).json<{ jobs: JobView[] }>().jobs;

  test('is asked for the key, told of a wrong one, and with the right one hears and saves', async () => {
    await page.getByRole('textbox', { name: 'Key' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('password');
    expect(await findBarriers(page, '[role=dialog]')).toEqual([]);
    await page.getByRole('textbox', { name: 'Key' }).fill('tts_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('no API key of this ttsd').waitFor();
    // That answers were refused until now is what this is about.
    problems.splice(0, Number.POSITIVE_INFINITY, ...problems.filter((one) => !one.includes('401')));
    await page.getByRole('textbox', { name: 'Key' }).fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ path: PREFIX, httpOnly: true, sameSite: 'Strict' });
    await page
      .getByRole('textbox', { name: 'Text' })
      .fill('The first sentence is heard at once. The second one comes after it, and is said anew later on.');
    await page.getByRole('button', { name: /Generate/ }).click();
    await waitFor('the sound to begin', () =>
      page.evaluate(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.2),
    );
    await page.getByText('Finished').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /Download/ }).click(),
    ]);
    expect(await download.failure()).toBeNull();
    await page.getByRole('button', { name: 'Hear this voice' }).click();
    await page.getByRole('button', { name: 'Hear this voice', pressed: true }).waitFor();
  });

  test('says one sentence anew, as a new job', async () => {
    const [first] = await getJobs();
    const before = (await getJobs()).length;
    await page
      .getByRole('button', { name: /^Say differently/ })
      .last()
      .click();
    await page.getByRole('menuitem', { name: 'Said by Theo' }).click();
    await waitFor('a new job to end', async () => {
      const jobs = await getJobs();
      return jobs.length === before + 1 && jobs[0]!.id !== first!.id && jobs[0]!.state === 'completed';
    });
    await page.getByText('Finished').waitFor();
  });

  test('records a clip, names it, hears who speaks instead, renames and removes it, and takes that back', async () => {
    // Whoever is quicker than the list of voices gets the default voice too.
    const opened = Promise.withResolvers<void>();
    await show('voices');
    const hold = async (route: Route) => {
      await opened.promise;
      await route.continue();
    };
    await page.route(/\/v1\/voices$/, hold);
    await page.reload();
    await page.getByRole('button', { name: 'Add a clip' }).click();
    await page.getByRole('button', { name: /Record/ }).click();
    opened.resolve();
    await waitFor('the meter to move', () =>
      page.evaluate(() => (document.querySelector('meter')?.value ?? 0) > 0.01),
    );
    await page.getByText('0:01').waitFor();
    await page.getByRole('button', { name: /Stop/ }).click();
    await page.getByRole('slider', { name: /^End of what is kept/ }).focus();
    for (let presses = 0; presses < 5; presses++) await page.keyboard.press('ArrowLeft');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('My voice');
    await page.getByRole('checkbox', { name: /agreed to be cloned/ }).check();
    await page.getByRole('textbox', { name: 'Licence of the clip' }).fill('CC0-1.0');
    await page.getByRole('button', { name: 'Save' }).click();
    const card = page.getByRole('article').filter({ hasText: 'My voice' });
    await card.getByText(/No model here can clone a voice yet: .+ speaks instead/).waitFor();
    const made = (await getVoices()).find(({ name }) => name === 'My voice')!;
    expect(made).toMatchObject({ kind: 'clip', licence: 'CC0-1.0', consent_at: expect.stringMatching(/^2/) });
    await card.getByText(/Licence of the clip: CC0-1.0. The speaker’s consent was recorded/).waitFor();
    expect(made.clip!.duration_sec).toBeGreaterThan(0.5);

    await card.getByRole('button', { name: 'Listen to My voice' }).click();
    await card.getByRole('button', { name: 'Listen to My voice', pressed: true }).waitFor();

    await card.getByRole('button', { name: 'More for My voice' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mine');
    await page.getByRole('button', { name: 'Save' }).click();
    const renamed = page.getByRole('article').filter({ hasText: 'Mine' });
    await renamed.getByRole('button', { name: 'More for Mine' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await renamed.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await renamed.waitFor();
    expect((await getVoices()).map(({ name }) => name)).toContain('Mine');
  });

  test('pauses the queue, moves a job up, cancels one, and lets it go on, in two tabs at once', async () => {
    await show('queue');
    const second = await page.context().newPage();
    await second.goto(`${proxy.url}#/queue`);
    await page.getByRole('button', { name: 'Pause the queue' }).click();
    await page.getByText('Paused since').waitFor();
    for (const text of ['One waits.', 'Two waits.']) await daemon.call('POST', '/v1/jobs', { text });
    await second.getByText('Paused since').waitFor();
    await page.getByRole('button', { name: 'Move up: Two waits.' }).click();
    await waitFor('the job to move', async () => (await getJobs())[0]!.priority === 1);
    const first = (tab: Page) => tab.getByRole('list', { name: 'Queue' }).getByRole('listitem').first();
    for (const tab of [page, second]) await first(tab).getByText('Two waits.').waitFor();
    await second.getByRole('button', { name: 'Cancel: One waits.' }).click();
    await page.getByText('One waits.').waitFor({ state: 'detached' });
    await second.getByRole('button', { name: 'Go on' }).click();
    for (const tab of [page, second]) await tab.getByText('Nothing waits and nothing runs.').waitFor();
    for (const tab of [page, second]) await tab.getByRole('button', { name: 'Pause the queue' }).waitFor();
    expect((await daemon.call('GET', '/v1/queue')).json<QueueReply>().paused_since).toBeNull();
    expect((await getJobs()).slice(0, 2).map(({ state }) => state)).toEqual(['completed', 'cancelled']);
    await second.close();
  });

  test('shows of a model where it runs, its memory, languages, parameters and licence', async () => {
    await show('voices');
    const card = page.getByRole('listitem').filter({ hasText: 'characters a second' });
    for (const fact of ['CPU', /\d MiB/, 'American English', 'Speed', 'Apache-2.0'])
      await card.getByText(fact).first().waitFor();
  });

  test('pulls a model with its progress, stops, and goes on until it is here', async () => {
    server.misbehave = ({ request, serve }) =>
      serve(request.url === '/twin/english.pack' ? { stall: 6_000_000 } : {});
    await show('voices');
    await page.getByRole('button', { name: 'Pull Twin' }).click();
    const card = page.getByRole('listitem').filter({ hasText: 'Twin' });
    await card.getByText(/^[1-9]\d* MiB of 22 MiB/).waitFor();
    await page.getByRole('button', { name: 'Stop pulling Twin' }).click();
    await page.getByRole('button', { name: 'Pull Twin' }).waitFor();
    server.misbehave = ({ serve }) => serve();
    await page.getByRole('button', { name: 'Pull Twin' }).click();
    await card.getByText('Not loaded').waitFor();
    const { state } = (await daemon.call('GET', '/v1/models/twin')).json<{ state: string }>();
    expect(state).toBe('installed');
  });

  test('tells at once what a setting does not take, and saves what it does', async () => {
    await show('settings');
    const field = (name: string) => page.getByRole('textbox', { name });
    const size = field('Characters spoken in one go');
    await size.fill('7');
    await page.getByText('50 to 1000', { exact: true }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Save settings' }).isDisabled()).toBe(true);
    await size.fill('200');
    const hours = field('Keep results (hours)');
    for (const [typed, told] of [
      ['0', 'more than 0'],
      ['soon', 'Enter a number.'],
    ] as const) {
      await hours.fill(typed);
      await page.getByText(told, { exact: true }).waitFor();
    }
    await hours.fill('48');
    const address = field('Address');
    const before = await address.inputValue();
    await address.fill('');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText(/server.host /).waitFor();
    problems.splice(0, Number.POSITIVE_INFINITY, ...problems.filter((one) => !one.includes('400')));
    await address.fill(before);
    await page.getByRole('combobox', { name: 'Default voice' }).click();
    await page.getByRole('option', { name: /^Theo/ }).click();
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('Settings saved.').waitFor();
    expect((await daemon.call('GET', '/v1/voices')).json<VoicesReply>().default).toBe('theo');
    const { settings } = (await daemon.call('GET', '/v1/settings')).json<SettingsView>();
    const values = new Map(settings.map(({ name, value }) => [name, value]));
    expect(values.get('generation_defaults.chunk_size')).toBe(200);
    expect(values.get('job_queue.job_ttl_hours')).toBe(48);
  });
});
