// The measurements that are programs of their own, and the lines of what they print that belong into the table.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Benchmark, Row } from './table.ts';

export const engine: Benchmark = {
  name: 'engine',
  async run() {
    const printed = await runScript('engine/hibari.ts');
    const row = {
      what: 'engine, text to samples, one thread',
      ours: findLine(printed, /^ttsd +(.*)$/m),
      goal: '≤ 1.0, limit 1.3',
    };
    const ratio = /^ratio +([\d.]+)/m.exec(printed)?.[1];
    const beside = findLine(printed, /^python +(.*)$/m);
    return [{ ...row, beside: `Python package: ${beside}`, ratio: ratio ?? 'skipped' }];
  },
};

export const store: Benchmark = {
  name: 'store',
  async run() {
    const printed = await runScript('store.ts');
    const bare = findLine(printed, /^bare insert, 1 row, 1 fsync +(\d+)/m);
    const toRow = (what: string, goal: string): Row => {
      const [, perSec, ratio, p50Ms, p99Ms] =
        new RegExp(`^store, ${what} +(\\S+) +(\\S+) +(\\S+) +(\\S+)`, 'm').exec(printed) ?? [];
      return {
        what: `store without HTTP, ${what}`,
        ours: `${perSec}/s, p50 ${p50Ms} ms, p99 ${p99Ms} ms`,
        beside: `bare inserts ${bare}/s`,
        ratio: `${ratio}`,
        goal,
      };
    };
    return [toRow('1 submitter', ''), toRow('64 submitters', '> 1')];
  },
};

/** What it printed, shown as well; throws when it fails. */
async function runScript(file: string): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const printed = await text(child.stdout);
  process.stderr.write(printed);
  if ((await ended) !== 0) throw new Error(`${file} failed`);
  return printed;
}

function findLine(printed: string, pattern: RegExp): string {
  const found = pattern.exec(printed)?.[1];
  if (found === undefined) throw new Error(`nothing like ${pattern} in: ${printed}`);
  return found.trim();
}
