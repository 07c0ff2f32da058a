// How long `tts status` takes beside a Node that does nothing: it is run in prompts and loops.
import { removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { timeBareNode, timeTts } from './programs.ts';
import { getMedian } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio } from './table.ts';

const ROUNDS = 30;

export const status: Benchmark = {
  name: 'status',
  async run() {
    const daemon = await startDaemon();
    try {
      timeTts(['status'], daemon.env);
      const oursMs: number[] = [];
      const bareMs: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        oursMs.push(timeTts(['status'], daemon.env));
        bareMs.push(timeBareNode());
      }
      const ours = getMedian(oursMs);
      const bare = getMedian(bareMs);
      return [
        {
          what: '`tts status`, whole process',
          ours: formatMs(ours),
          beside: `\`node -e 0\` ${formatMs(bare)}`,
          ratio: formatRatio(ours, bare),
          goal: '≤ 1.5',
        },
      ];
    } finally {
      await daemon.stop();
      await removeDataDirs();
    }
  },
};
