// The system's Chromium, driven by playwright-core; tests that need it are skipped by name where it is missing.
import { spawnSync } from 'node:child_process';
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
    // That a daemon is away is part of some tests.
    if (
      message.type() === 'error' &&
      !/ERR_CONNECTION|ERR_INCOMPLETE|net::ERR_FAILED|status of 503/.test(message.text())
    )
      problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return problems;
}
