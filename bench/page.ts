// The web page in a real Chromium: its first load as Lighthouse measures it on a slow processor, and its history with a
// hundred thousand jobs scrolled from the first to the last beside one with a thousand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { hasChromium, launchBrowser } from '../test/helpers/browser.ts';
import { removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { FIRST_MS, putTable } from './million/table.ts';
import { getMedian, getQuantile } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const PROBE = join(import.meta.dirname, 'page-probe.js');
/** Lighthouse's own, for a phone. */
const SLOWED_DOWN = 4;
const LOADS = 5;
const JOBS = { few: 1000, many: 100_000 };
/** Each frame: faster than anybody reads, as somebody who looks for the end does. */
const SCROLL_PX = 6000;
const GOOD = { jsKb: 200, fcpMs: 1800, lcpMs: 2500, tbtMs: 200, cls: 0.1 };

export const page: Benchmark = {
  name: 'page',
  onlyByName: true,
  async run() {
    if (!hasChromium) throw new Error('needs Chromium: scripts/install-test-extras');
    const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'ttsd-bench-'));
    const browser = await launchBrowser(['--enable-precise-memory-info']);
    try {
      return [...(await measureFirstLoad(browser)), ...(await compareHistories(browser, dir))];
    } finally {
      await browser.close();
      await removeDataDirs();
      rmSync(dir, { recursive: true });
    }
  },
};

interface Load {
  jsKb: number;
  fcpMs: number;
  lcpMs: number;
  tbtMs: number;
  cls: number;
}

async function measureFirstLoad(browser: Browser): Promise<Row[]> {
  const daemon = await startDaemon();
  const loads: Load[] = [];
  // The first finds a daemon that has answered nothing yet.
  for (let load = 0; load <= LOADS; load++) loads.push(await loadOnce(browser, daemon.endpoint.http));
  await daemon.stop();
  const median = (name: keyof Load) => getMedian(loads.slice(1).map((load) => load[name]));
  const row = (what: string, name: keyof Load, format: (value: number) => string): Row => ({
    what: `${what}, processor slowed down ${SLOWED_DOWN} times`,
    ours: format(median(name)),
    beside: `${format(GOOD[name])} (good by Lighthouse)`,
    ratio: formatRatio(median(name), GOOD[name]),
    goal: '≤ 1',
  });
  return [
    {
      ...row('page: JavaScript of the first load, gzipped', 'jsKb', (kb) => `${kb.toFixed(0)} kB`),
      what: 'page: JavaScript of the first load, gzipped',
      beside: `${GOOD.jsKb} kB`,
    },
    row('page: first contentful paint', 'fcpMs', formatMs),
    row('page: largest contentful paint', 'lcpMs', formatMs),
    row('page: total blocking time', 'tbtMs', formatMs),
    row('page: cumulative layout shift', 'cls', (shift) => shift.toFixed(3)),
  ];
}

async function loadOnce(browser: Browser, address: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 } });
  const page = await context.newPage();
  await slowDown(await context.newCDPSession(page), SLOWED_DOWN);
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (reply) => {
    if (reply.url().endsWith('.js')) scripts.push(reply.body());
  });
  await page.addInitScript({ path: PROBE });
  await page.goto(address);
  await page.getByRole('combobox', { name: 'Voice' }).waitFor();
  // What still comes: voices, presets, the first answer of the queue.
  await page.waitForTimeout(2000);
  const seen = (await page.evaluate('probe.readLoad()')) as Seen;
  const bytes = (await Promise.all(scripts)).reduce((sum, script) => sum + gzipSync(script).length, 0);
  await context.close();
  return {
    jsKb: bytes / 1000,
    fcpMs: seen.fcpMs,
    lcpMs: seen.lcpMs,
    // What of each long task after the first paint goes beyond 50 ms.
    tbtMs: seen.tasks
      .filter(({ startTime }) => startTime >= seen.fcpMs)
      .reduce((sum, { duration }) => sum + duration - 50, 0),
    cls: seen.cls,
  };
}

interface Seen extends Omit<Load, 'jsKb' | 'tbtMs'> {
  tasks: { startTime: number; duration: number }[];
}

interface Scroll {
  frameMs: number[];
  longestTaskMs: number;
  heapMib: number;
  jobs: number;
}

async function compareHistories(browser: Browser, dir: string): Promise<Row[]> {
  const config = join(dir, 'config.yaml');
  writeFileSync(config, 'job_queue: {job_ttl_hours: 87600, max_finished_jobs: 10000000}\n');
  const scrolls: Record<keyof typeof JOBS, Scroll> = { few: nothing(), many: nothing() };
  for (const size of ['few', 'many'] as const) {
    const dataDir = join(dir, size);
    putTable(dataDir, JOBS[size]);
    const daemon = await startDaemon({ dataDir, config });
    scrolls[size] = await scrollThrough(browser, daemon.endpoint.http);
    await daemon.stop();
    console.error(`  ${scrolls[size].jobs} jobs scrolled through in ${scrolls[size].frameMs.length} frames`);
  }
  const { few, many } = scrolls;
  const among = `${JOBS.many} jobs beside ${JOBS.few}`;
  const frames = ({ frameMs }: Scroll) =>
    `p50 ${formatMs(getMedian(frameMs))}, p99 ${formatMs(getQuantile(frameMs, 0.99))}`;
  return [
    {
      what: `page: a frame while history is scrolled to its end, ${among}`,
      ours: frames(many),
      beside: frames(few),
      ratio: `${formatRatio(getMedian(many.frameMs), getMedian(few.frameMs))}; p99 ${formatRatio(getQuantile(many.frameMs, 0.99), getQuantile(few.frameMs, 0.99))}`,
      goal: 'p50 ≤ 1.2',
    },
    {
      what: `page: longest task meanwhile, ${among}`,
      ours: formatMs(many.longestTaskMs),
      beside: formatMs(few.longestTaskMs),
      ratio: formatRatio(many.longestTaskMs, Math.max(1, few.longestTaskMs)),
      goal: '',
    },
    {
      what: `page: memory of its scripts at the end, ${among}`,
      ours: `${many.heapMib.toFixed(0)} MiB`,
      beside: `${few.heapMib.toFixed(0)} MiB`,
      ratio: formatRatio(many.heapMib, few.heapMib),
      goal: '≤ 300 MiB',
    },
  ];
}

function nothing(): Scroll {
  return { frameMs: [], longestTaskMs: 0, heapMib: 0, jobs: 0 };
}

async function scrollThrough(browser: Browser, address: string): Promise<Scroll> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  await page.addInitScript({ path: PROBE });
  await page.goto(`${address}/#/history`);
  await page.getByRole('article').first().waitFor();
  const scroll = (await page.evaluate(`probe.scrollToEnd(${SCROLL_PX})`)) as Omit<Scroll, 'heapMib'>;
  // The oldest is the one from the beginning of the table's time.
  const oldest = await page.getByRole('article').last().locator('time').getAttribute('datetime');
  if (Math.abs(Date.parse(oldest!) - FIRST_MS) > 86_400_000) throw new Error(`the list ended at ${oldest}`);
  const heapMib = await measureHeap(page);
  await page.close();
  return { ...scroll, heapMib };
}

async function measureHeap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 2 ** 20;
}

async function slowDown(session: CDPSession, rate: number): Promise<void> {
  await session.send('Emulation.setCPUThrottlingRate', { rate });
}
