// The bar of a download. Only on a terminal; in a pipe nothing is drawn.
import type { PullProgress } from '../../api/models.ts';
import type { Options } from '../options.ts';
import { cutLine, formatBytes, formatSeconds } from '../render.ts';

export interface PullBar {
  update(progress: PullProgress): void;
  /** Takes the bar off the screen. */
  clear(): void;
}

const BAR_WIDTH = 30;

export async function createPullBar(options: Options): Promise<PullBar> {
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
  let isStarted = false;
  return {
    update(state) {
      const payload = { line: drawLine(state) };
      if (isStarted) bar.update(state.bytes_done, payload);
      else bar.start(state.bytes_total, state.bytes_done, payload);
      isStarted = true;
    },
    clear() {
      if (isStarted) bar.stop();
      isStarted = false;
    },
  };
}

/** `██████░░░░ kokoro 42.0 MB of 120.6 MB, 8.1 MB/s, 10 s left`. */
export function drawLine(state: PullProgress): string {
  const { id, phase, bytes_done: done, bytes_total: total, bytes_per_sec: perSec } = state;
  const filled = total === 0 ? 0 : Math.round((done / total) * BAR_WIDTH);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  if (phase !== 'downloading') return `${bar} ${id} ${phase}`;
  const speed = perSec === null ? '' : `, ${formatBytes(perSec)}/s`;
  const left = perSec ? `, ${formatSeconds((total - done) / perSec)} left` : '';
  return `${bar} ${id} ${formatBytes(done)} of ${formatBytes(total)}${speed}${left}`;
}
