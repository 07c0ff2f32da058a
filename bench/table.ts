// What a benchmark answers, and the one table in which all answers stand.

/** One line of the table: our figure, what it stands beside in the same run, and how they compare. */
export interface Row {
  what: string;
  ours: string;
  beside: string;
  ratio: string;
  goal: string;
}

/** One measurement of `npm run bench`; `isFull` asks for the long form where there is one. */
export interface Benchmark {
  name: string;
  /** Too long for a run of everything. */
  onlyByName?: boolean;
  run(options: { isFull: boolean }): Promise<Row[]>;
}

const HEAD = ['', 'here', 'beside it', 'ratio', 'goal'];

export function renderTable(rows: readonly Row[]): string {
  const cells = [
    HEAD,
    ...rows.map(({ what, ours, beside, ratio, goal }) => [what, ours, beside, ratio, goal]),
  ];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const toLine = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [toLine(cells[0]!), toLine(rule), ...cells.slice(1).map(toLine)].join('\n');
}

export function formatRatio(ours: number, beside: number): string {
  return (ours / beside).toFixed(2);
}

export function formatMs(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
}
