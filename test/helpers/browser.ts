// The system's Chromium, driven by playwright-core; tests that need it are skipped by name where it is missing.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

const executablePath = NAMES.map((name) => spawnSync('which', [name]).stdout.toString().trim()).find(
  (path) => path !== '',
);

export const hasChromium = executablePath !== undefined;

/** Ample: the machine may be busy. */
export const PATIENCE_MS = 100_000;

export function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath!,
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', ...args],
  });
}

/** What the page's console calls an error, such as a breach of the content security policy: a test expects none. */
export function collectProblems(page: Page): string[] {
  page.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  page.on('console', (message) => {
    // That a daemon is away is part of some tests; and a player that waits for the sound of a job that is cancelled is told that it is gone.
    if (
      message.type() === 'error' &&
      !/ERR_CONNECTION|ERR_INCOMPLETE|net::ERR_FAILED|status of (410|503)/.test(message.text())
    )
      problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return problems;
}

/** What axe finds wrong in either theme with what the page shows `within` a selector, in a line each. */
export async function findBarriers(page: Page, within = 'html'): Promise<string[]> {
  // The policy lets no script run that is not the daemon's: axe comes in by the debugger's door.
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = (await page.evaluate(`axe.run('${within}')`)) as AxeResults;
    for (const { id, nodes } of violations)
      found.push(`${colorScheme}, ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }
  return found;
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
