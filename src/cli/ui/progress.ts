// Bars of jobs that someone waits for: one a job, and one for all of them. Only on a terminal; in a pipe nothing is drawn.
import type { MultiBar, SingleBar } from 'cli-progress';
import type { JobView } from '../../api/job.ts';
import type { Options } from '../options.ts';
import { cutLine, describeProgress, formatLeft, formatSeconds, shortenId } from '../render.ts';
import { drawBar, getColumns, isNarrow } from './bar.ts';

export interface Progress {
  update(view: JobView): void;
  /** Takes the bars off the screen, to be drawn again with the next update. */
  clear(): void;
}

/** Lines that are left to what else is on the screen. */
const SPARE_ROWS = 3;

export async function createProgress(options: Options, jobs = 1): Promise<Progress> {
  const isWanted = process.stderr.isTTY && process.env.TERM !== 'dumb' && !options.quiet && !options.json;
  if (!isWanted) return { update: () => undefined, clear: () => undefined };
  const { default: progress } = await import('cli-progress');
  const makeBars = () =>
    new progress.MultiBar({
      stream: process.stderr,
      format: (_, __, payload) => cutLine(payload.line, getColumns() - 1),
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
      linewrap: null,
    });
  return clearOnSignal(jobs === 1 ? showOne(makeBars) : showMany(makeBars, jobs));
}

/** While bars are drawn the cursor is hidden: whoever ends the command gets it back, whatever else the signal does. */
function clearOnSignal(bars: Progress): Progress {
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
    const clear = () => {
      progress.clear();
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    return { signal, clear };
  });
  let isDrawn = false;
  const progress: Progress = {
    update(view) {
      if (!isDrawn) for (const { signal, clear } of handlers) process.on(signal, clear);
      isDrawn = true;
      bars.update(view);
    },
    clear() {
      for (const { signal, clear } of handlers) process.off(signal, clear);
      isDrawn = false;
      bars.clear();
    },
  };
  return progress;
}

function showOne(makeBars: () => MultiBar): Progress {
  let bars: MultiBar | undefined;
  let bar: SingleBar | undefined;
  return {
    update(view) {
      const payload = { line: drawLine(view) };
      bars ??= makeBars();
      if (bar) bar.update(view.progress, payload);
      else bar = bars.create(100, view.progress, payload);
    },
    clear() {
      bars?.stop();
      bars = bar = undefined;
    },
  };
}

function showMany(makeBars: () => MultiBar, jobs: number): Progress {
  const startedAtMs = Date.now();
  const seen = new Map<string, JobView>();
  let charsAtStart: number | undefined;
  let bars: MultiBar | undefined;
  let total: SingleBar | undefined;
  const drawn = new Map<string, SingleBar>();

  function draw(view: JobView): void {
    const bar = drawn.get(view.id);
    const payload = { line: `${shortenId(view.id)} ${drawShare(view)}` };
    if (view.finished_at !== null) {
      if (bar) bars!.remove(bar);
      drawn.delete(view.id);
    } else if (bar) bar.update(view.progress, payload);
    else if (view.state === 'running' && drawn.size < (process.stderr.rows || 24) - SPARE_ROWS) {
      drawn.set(view.id, bars!.create(100, view.progress, payload));
    }
  }

  return {
    update(view) {
      seen.set(view.id, view);
      const views = [...seen.values()];
      charsAtStart ??= countDone(views);
      const payload = {
        line: drawTotal(views, jobs, {
          sinceSec: (Date.now() - startedAtMs) / 1000,
          chars: countDone(views) - charsAtStart,
        }),
      };
      if (bars) total!.update(0, payload);
      else {
        bars = makeBars();
        total = bars.create(100, 0, payload);
        for (const known of views) draw(known);
      }
      draw(view);
    },
    clear() {
      bars?.stop();
      bars = total = undefined;
      drawn.clear();
    },
  };
}

/** `██████░░░░ 42% chunk 3/7, 12 s left, 850 characters/s`. */
function drawLine(view: JobView): string {
  return `${drawShare(view)}${isNarrow() ? '' : describeSpeed(view)}`;
}

function drawShare(view: JobView): string {
  const isGoingOn = view.state === 'running' && isNarrow();
  return `${drawBar(view.progress / 100)} ${isGoingOn ? `${view.progress}%${formatLeft(view)}` : describeProgress(view)}`;
}

/** `███░░░ 3 of 10 jobs, 2 min 5 s left, 850 characters/s`; what was done before `measured` began is no speed. */
function drawTotal(
  views: readonly JobView[],
  jobs: number,
  measured: { sinceSec: number; chars: number },
): string {
  const allChars = views.reduce((sum, { text_chars }) => sum + text_chars, 0);
  const ended = views.filter((view) => view.finished_at !== null).length;
  const left = views
    .filter((view) => view.finished_at === null)
    .reduce((sum, view) => sum + view.text_chars * (1 - view.progress / 100), 0);
  const charsPerSec = measured.sinceSec > 0 ? measured.chars / measured.sinceSec : 0;
  const speed = isNarrow() ? '' : `, ${Math.round(charsPerSec)} characters/s`;
  const pace = charsPerSec > 0 ? `, ${formatSeconds(left / charsPerSec)} left${speed}` : '';
  return `${drawBar(allChars === 0 ? 0 : 1 - left / allChars)} ${ended} of ${jobs} jobs${pace}`;
}

function countDone(views: readonly JobView[]): number {
  return views.reduce((sum, { text_chars, progress }) => sum + (text_chars * progress) / 100, 0);
}

function describeSpeed(view: JobView): string {
  if (view.progress === 0 || view.result || !view.elapsed_sec) return '';
  const charsPerSec = (view.text_chars * view.progress) / 100 / view.elapsed_sec;
  return `, ${Math.round(charsPerSec)} characters/s`;
}
