// What the daemon adds to the engine: ten minutes of audio through a job, beside the same chunks through the engine alone.
import { join } from 'node:path';
import { openEngine } from '../src/engine/open-engine.ts';
import { splitText } from '../src/engine/text/split.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { findHostPid, readCpuSec } from './processes.ts';
import { writeProse } from './prose.ts';
import { getMedian } from './statistics.ts';
import { type Benchmark, formatRatio } from './table.ts';
import { waitForJob } from './wait-for-job.ts';

const ROUNDS = 5;
/** About ten minutes of audio. */
const CHARS = 9000;
/** The daemon's defaults. */
const SPLIT = { splitText: true, chunkSize: 120 };

interface Cost {
  wallSec: number;
  cpuSec: number;
}

export const overhead: Benchmark = {
  name: 'overhead',
  async run() {
    const text = writeProse(CHARS);
    const engine = await openEngine({
      modelDir: join(import.meta.dirname, '../models/hibari'),
    });
    const renderBare = async (prose: string, seed: number): Promise<Cost & { audioSec: number }> => {
      const startCpu = process.cpuUsage();
      const startMs = performance.now();
      let audioSec = 0;
      for (const { start, end } of splitText(prose, SPLIT)) {
        const chunk = { text: prose.slice(start, end), speaker: 'heart', speed: 1, seed, params: {} };
        const { samples, sampleRateHz } = await engine.synthesize(chunk, new AbortController().signal);
        audioSec += samples.length / sampleRateHz;
      }
      const { user, system } = process.cpuUsage(startCpu);
      return { wallSec: (performance.now() - startMs) / 1000, cpuSec: (user + system) / 1e6, audioSec };
    };

    const daemon = await startDaemon();
    try {
      await renderBare(text, 1);
      await renderWithDaemon(daemon, text, 1);
      const pairs: {
        bare: Awaited<ReturnType<typeof renderBare>>;
        ours: Awaited<ReturnType<typeof renderWithDaemon>>;
      }[] = [];
      for (let seed = 2; seed < 2 + ROUNDS; seed++) {
        pairs.push({ bare: await renderBare(text, seed), ours: await renderWithDaemon(daemon, text, seed) });
      }
      const wallRatio = getMedian(pairs.map(({ ours, bare }) => ours.wallSec / bare.wallSec));
      const median = (pick: (pair: (typeof pairs)[number]) => number) =>
        getMedian(pairs.map(pick)).toFixed(1);
      const audioMin = (pairs[0]!.bare.audioSec / 60).toFixed(1);
      return [
        {
          what: `job of ${audioMin} min of audio, submit to completed`,
          ours: `${median(({ ours }) => ours.wallSec)} s`,
          beside: `engine alone ${median(({ bare }) => bare.wallSec)} s`,
          ratio: wallRatio.toFixed(2),
          goal: '≤ 1.05',
        },
        {
          what: 'processor time of the same',
          ours: `ttsd ${median(({ ours }) => ours.cpuSec)} s, host ${median(({ ours }) => ours.hostCpuSec)} s`,
          beside: `engine alone ${median(({ bare }) => bare.cpuSec)} s`,
          ratio: formatRatio(
            getMedian(pairs.map(({ ours }) => ours.cpuSec + ours.hostCpuSec)),
            getMedian(pairs.map(({ bare }) => bare.cpuSec)),
          ),
          goal: '',
        },
      ];
    } finally {
      await engine.close();
      await daemon.stop();
      await removeDataDirs();
    }
  },
};

async function renderWithDaemon(
  daemon: Daemon,
  text: string,
  seed: number,
): Promise<Cost & { hostCpuSec: number }> {
  const { pid } = daemon.endpoint;
  // On the first call there is no host yet; its figures do not count.
  const isWarm = seed > 1;
  const cpuSec = readCpuSec(pid);
  const hostCpuSec = isWarm ? readCpuSec(findHostPid(pid)) : 0;
  const startMs = performance.now();
  await waitForJob(daemon, { text, seed });
  const wallSec = (performance.now() - startMs) / 1000;
  return {
    wallSec,
    cpuSec: readCpuSec(pid) - cpuSec,
    hostCpuSec: readCpuSec(findHostPid(pid)) - hostCpuSec,
  };
}
