// A bar as wide as the terminal has room for beside what is said of it.
import { NARROW_COLUMNS } from '../render.ts';

const WIDTHS = { narrow: 8, usual: 20, wide: 30 };
const WIDE_COLUMNS = 100;

/** `share` is between 0 and 1. */
export function drawBar(share: number): string {
  const columns = getColumns();
  const width = isNarrow() ? WIDTHS.narrow : columns < WIDE_COLUMNS ? WIDTHS.usual : WIDTHS.wide;
  const filled = Math.round(share * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
}

/** Less is said then. */
export function isNarrow(): boolean {
  return getColumns() < NARROW_COLUMNS;
}

/** Of the terminal that bars are drawn on. */
export function getColumns(): number {
  return process.stderr.columns || 80;
}
