// The bar of a job that someone waits for. Only on a terminal; in a pipe nothing is drawn.
import type { SingleBar } from 'cli-progress';
import type { JobView } from '../../api/job.ts';
import type { Options } from '../options.ts';
import { cutLine, describeProgress } from '../render.ts';

export interface ProgressBar {
  update(view: JobView): void;
  /** Takes the bar off the screen. */
  clear(): void;
}

const BAR_WIDTH = 30;

export async function createProgressBar(options: Options): Promise<ProgressBar> {
  const isWanted = process.stderr.isTTY && process.env.TERM !== 'dumb' && !options.quiet && !options.json;
  if (!isWanted) return { update: () => undefined, clear: () => undefined };
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({
    stream: process.stderr,
    format: (_, __, payload) => cutLine(payload.line, (process.stderr.columns || 80) - 1),
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false,
    linewrap: null,
  });
  return attach(bar);
}

function attach(bar: SingleBar): ProgressBar {
  let isStarted = false;
  return {
    update(view) {
      const payload = { line: drawLine(view) };
      if (isStarted) bar.update(view.progress, payload);
      else bar.start(100, view.progress, payload);
      isStarted = true;
    },
    clear() {
      if (isStarted) bar.stop();
      isStarted = false;
    },
  };
}

/** `[======>      ]  42% chunk 3/7, 12 s left, 850 characters/s`. */
export function drawLine(view: JobView): string {
  const filled = Math.round((view.progress / 100) * BAR_WIDTH);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  return `${bar} ${describeProgress(view)}${describeSpeed(view)}`;
}

function describeSpeed(view: JobView): string {
  if (view.progress === 0 || view.result || !view.elapsed_sec) return '';
  const charsPerSec = (view.text_chars * view.progress) / 100 / view.elapsed_sec;
  return `, ${Math.round(charsPerSec)} characters/s`;
}
