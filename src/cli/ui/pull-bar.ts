// The bar of a download. Only on a terminal; in a pipe nothing is drawn.
import type { PullProgress } from '../../api/models.ts';
import type { Options } from '../options.ts';
import { cutLine, formatBytes, formatSeconds } from '../render.ts';
import { drawBar, getColumns, isNarrow } from './bar.ts';

export interface PullBar {
  update(progress: PullProgress): void;
  /** Takes the bar off the screen. */
  clear(): void;
}

export async function createPullBar(options: Options): Promise<PullBar> {
  const isWanted = process.stderr.isTTY && process.env.TERM !== 'dumb' && !options.quiet && !options.json;
  if (!isWanted) return { update: () => undefined, clear: () => undefined };
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({
    stream: process.stderr,
    format: (_, __, payload) => cutLine(payload.line, getColumns() - 1),
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
function drawLine(state: PullProgress): string {
  const { id, phase, bytes_done: done, bytes_total: total, bytes_per_sec: perSec } = state;
  const share = total === 0 ? 0 : done / total;
  const line = `${drawBar(share)} ${id}`;
  if (phase !== 'downloading') return `${line} ${phase}`;
  const left = perSec ? `, ${formatSeconds((total - done) / perSec)} left` : '';
  if (isNarrow()) return `${line} ${Math.floor(share * 100)}%${left}`;
  const speed = perSec === null ? '' : `, ${formatBytes(perSec)}/s`;
  return `${line} ${formatBytes(done)} of ${formatBytes(total)}${speed}${left}`;
}
