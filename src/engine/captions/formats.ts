// Cues as SubRip (SRT) and as WebVTT.
import type { Cue } from './cues.ts';

const WORD_JOINER = '\u2060';

/** `number` counts from 1. */
export function writeSrtCue({ startSec, endSec, lines }: Cue, number: number): string {
  const { start, end } = toMs(startSec, endSec);
  return `${number}\n${writeTime(start, ',')} --> ${writeTime(end, ',')}\n${lines.map(writeSrtLine).join('\n')}\n\n`;
}

export const VTT_HEAD = 'WEBVTT\n\n';

export function writeVttCue({ startSec, endSec, lines }: Cue): string {
  const { start, end } = toMs(startSec, endSec);
  return `${writeTime(start, '.')} --> ${writeTime(end, '.')}\n${lines.map(escapeVtt).join('\n')}\n\n`;
}

/** At least a millisecond long: some players drop a cue that ends where it begins. */
function toMs(startSec: number, endSec: number): { start: number; end: number } {
  const start = Math.round(startSec * 1000);
  return { start, end: Math.max(start + 1, Math.round(endSec * 1000)) };
}

/** Hours have two digits or more. */
function writeTime(ms: number, point: string): string {
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${pad(h)}:${pad(m)}:${pad(s)}${point}${pad(ms % 1000, 3)}`;
}

/** SRT knows no escapes: what players take for an arrow, a tag or a command is parted by a character that is not seen. */
function writeSrtLine(line: string): string {
  return line
    .replaceAll('-->', `--${WORD_JOINER}>`)
    .replace(/<(?=[/a-z])/gi, `<${WORD_JOINER}`)
    .replace(/\{(?=\\)/g, `{${WORD_JOINER}`);
}

function escapeVtt(line: string): string {
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
