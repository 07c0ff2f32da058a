// Memory of ttsd and of the engine host while one long text renders, looked at every second: it must stay flat.
import { removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { findHostPid, readRssMib } from './processes.ts';
import { writeProse } from './prose.ts';
import { getMedian, getSlope } from './statistics.ts';
import { type Benchmark, formatRatio, type Row } from './table.ts';
import { waitForJob } from './wait-for-job.ts';

const CHARS = { short: 60_000, full: 300_000 };
const LOOK_EVERY_MS = 1000;

export const memory: Benchmark = {
  name: 'memory',
  async run({ isFull }) {
    const chars = isFull ? CHARS.full : CHARS.short;
    const text = writeProse(chars);
    const daemon = await startDaemon();
    const { pid } = daemon.endpoint;
    try {
      // The model is loaded first: what it takes is not growth.
      await waitForJob(daemon, { text: 'Hello there.', seed: 1 });
      const hostPid = findHostPid(pid);
      const daemonMib = [readRssMib(pid)];
      const hostMib = [readRssMib(hostPid)];
      const timer = setInterval(() => {
        daemonMib.push(readRssMib(pid));
        hostMib.push(readRssMib(hostPid));
      }, LOOK_EVERY_MS);
      await waitForJob(daemon, { text, seed: 1 }).finally(() => clearInterval(timer));
      return [toRow('ttsd', daemonMib, chars), toRow('engine host', hostMib, chars)];
    } finally {
      await daemon.stop();
      await removeDataDirs();
    }
  },
};

/** The last quarter beside the second one, when everything has been used once. */
function toRow(who: string, mib: readonly number[], chars: number): Row {
  const quarter = Math.floor(mib.length / 4);
  const settled = getMedian(mib.slice(quarter, 2 * quarter));
  const last = getMedian(mib.slice(-quarter));
  const perMin = (getSlope(mib.slice(quarter)) * 60_000) / LOOK_EVERY_MS;
  const [start, median, max] = [mib[0]!, getMedian(mib), Math.max(...mib)].map((value) => value.toFixed(0));
  return {
    what: `memory of ${who}, ${chars / 1000} 000 characters in ${mib.length} s`,
    ours: `start ${start}, median ${median}, max ${max} MiB, ${perMin.toFixed(1)} MiB/min; last quarter ${last.toFixed(0)} MiB`,
    beside: `second quarter ${settled.toFixed(0)} MiB`,
    ratio: formatRatio(last, settled),
    goal: 'flat: ≤ 1.1',
  };
}
