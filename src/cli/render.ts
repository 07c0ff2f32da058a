// Jobs as lines for people.
import type { JobView } from '../api/job.ts';
import { showControls } from './control-characters.ts';

const SHORT_ID = 8;
/** Below it there is no room for what can be left out. */
export const NARROW_COLUMNS = 60;
/** Where values stand in what is said of one thing. */
const VALUE_COLUMN = 12;
const ASCII = /^[\x20-\x7e]*$/;
/** Letters as wide as two, as terminals have it, and marks that take no place of their own. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** One line a job, in columns: which, what, since when, how far, who, and what it is about. */
export function renderJobs(jobs: readonly JobView[], width: number): string[] {
  const hasLabels = jobs.some(({ label }) => label !== null);
  return alignColumns(
    jobs.map((job) => {
      const { id, state, created_at, voice, label, text_preview } = job;
      if (width < NARROW_COLUMNS) return [shortenId(id), state, describeShare(job), describeText(job)];
      const facts = [shortenId(id), state, formatAge(created_at), describeProgress(job), voice];
      // A terminal's last column holds what it can; in a pipe each thing has its own.
      if (Number.isFinite(width)) return [...facts, describeText(job)];
      return [...facts, ...(hasLabels ? [label ?? ''] : []), text_preview];
    }),
  ).map((line) => cutLine(line, width));
}

/** Under which label, and how it begins. */
export function describeText({ label, text_preview }: JobView): string {
  return label === null ? text_preview : `${label}: ${text_preview}`;
}

/** `42%`; nothing of a job that has ended. */
function describeShare(job: JobView): string {
  return job.finished_at === null && job.progress > 0 ? `${job.progress}%` : '';
}

/** Everything there is to say about one job. */
export function renderDetails(job: JobView): string[] {
  const rows: [string, string | null][] = [
    ['id', job.id],
    ['state', `${job.state}${describeProgress(job) && `, ${describeProgress(job)}`}`],
    ['label', job.label],
    ['text', job.text_preview],
    ['length', `${job.text_chars} characters`],
    ['voice', `${job.voice} (${job.model}, ${job.language})`],
    ['speed', job.speed === 1 ? null : String(job.speed)],
    ['seed', String(job.seed)],
    ['class', job.priority === 0 ? job.class : `${job.class}, priority ${job.priority}`],
    ['created', formatTime(job.created_at)],
    ['not before', job.not_before && formatTime(job.not_before)],
    ['started', job.started_at && formatTime(job.started_at)],
    ['finished', job.finished_at && formatTime(job.finished_at)],
    [
      'result',
      job.result &&
        `${job.result.format}, ${formatBytes(job.result.bytes)}, ${formatSeconds(job.result.audio_sec)}`,
    ],
    ['sha256', job.result?.sha256 ?? null],
    ['error', job.error && `${job.error.message} (${job.error.code})`],
    ...job.warnings.map((warning): [string, string] => ['warning', warning]),
  ];
  return wrapValues(
    rows.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(11)} ${showControls(value)}`])),
  );
}

/** Lines of a name and a value, where a value that is too long for the terminal goes on below its beginning. */
export function wrapValues(lines: readonly string[], width = getWidth()): string[] {
  return lines.flatMap((line) => wrapLine(line, VALUE_COLUMN, width));
}

/** Broken at blanks, the rest so many columns to the right; what has no room even alone is left to the terminal. */
export function wrapLine(line: string, indent: number, width: number): string[] {
  const wrapped = [''];
  for (const word of line.split(/(?<= )(?! )/)) {
    const last = wrapped.at(-1)!;
    if (countColumns((last + word).trimEnd()) <= width || last.length <= indent)
      wrapped[wrapped.length - 1] = last + word;
    else wrapped.push(' '.repeat(indent) + word);
  }
  return wrapped.map((part) => part.trimEnd());
}

/** `42% chunk 3/7, 12 s left`, `2nd in the queue`, `3.2 s audio in 0.4 s`. */
export function describeProgress(job: JobView): string {
  if (job.result)
    return `${formatSeconds(job.result.audio_sec)} audio in ${formatSeconds(job.elapsed_sec ?? 0)}`;
  if (job.error) return job.error.code;
  if (job.finished_at !== null) return '';
  if (job.not_before && Date.parse(job.not_before) > Date.now()) return `from ${formatStart(job.not_before)}`;
  if (job.queue_position !== null) return `number ${job.queue_position} in the queue${formatLeft(job)}`;
  if (job.state === 'queued' && job.progress === 0) return 'waits';
  const chunk = job.total_chunks > 0 ? ` chunk ${job.current_chunk}/${job.total_chunks}` : '';
  return `${job.progress}%${chunk}${formatLeft(job)}`;
}

/** Columns separated by two spaces; the last one is as long as it is. */
export function alignColumns(table: readonly string[][]): string[] {
  const rows = table.map((row) => row.map(showControls));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, countColumns(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(widths[column]! - countColumns(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** Lines are cut to the terminal; in a pipe they are whole. */
export function getWidth(): number {
  return (process.stdout.isTTY && process.stdout.columns) || Number.POSITIVE_INFINITY;
}

export function cutLine(line: string, width: number): string {
  if (countColumns(line) <= width) return line;
  let kept = '';
  let columns = 1;
  for (const letter of line) {
    columns += countColumns(letter);
    if (columns > width) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…`;
}

/** How many columns of a terminal it takes. */
function countColumns(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const letter of text) columns += NO_WIDTH.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1;
  return columns;
}

export function shortenId(id: string): string {
  return id.slice(0, SHORT_ID);
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** Local time, `2026-11-24 11:02:03`. */
export function formatTime(time: string | number): string {
  return new Date(time).toLocaleString('sv-SE');
}

/** `18:30` when that is today, else with the day. */
function formatStart(time: string): string {
  const [day, clock] = formatTime(time).split(' ');
  return day === formatTime(Date.now()).split(' ')[0] ? clock!.slice(0, 5) : `${day} ${clock!.slice(0, 5)}`;
}

/** `now`, `40 s`, `3 min`, `5 h`, `12 d`. */
export function formatAge(iso: string, nowMs = Date.now()): string {
  const seconds = Math.floor((nowMs - Date.parse(iso)) / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

export function formatLeft(job: JobView): string {
  return job.eta_sec === null ? '' : `, ${formatSeconds(job.eta_sec)} left`;
}
