// `tts say` of one sentence into a file, from the start of the process to its end: without a daemon, with one, and said before.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { getBareEnv, makeDataDir, removeDataDirs } from '../test/helpers/daemon.ts';
import { SENTENCES } from './engine/sentences.ts';
import { timeBareNode, timeTts } from './programs.ts';
import { getMedian } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const COLD_ROUNDS = 5;
const WARM_ROUNDS_PER_COLD = 4;

export const say: Benchmark = {
  name: 'say',
  async run() {
    const coldMs: number[] = [];
    const warmMs: number[] = [];
    const knownMs: number[] = [];
    const bareMs: number[] = [];
    // The first round fills Node's compile cache and the page cache, as the very first use of a machine would; it does not count.
    for (let round = 0; round <= COLD_ROUNDS; round++) {
      const env = { ...getBareEnv(), TTSD_DATA_DIR: await makeDataDir(), TTSD_PORT: '0' };
      const out = join(env.TTSD_DATA_DIR, 'out.wav');
      const speak = async (sentence: string) => {
        await rm(out, { force: true });
        return timeTts(['say', '--seed', '1', '-o', out, sentence], env);
      };
      try {
        const cold = await speak(SENTENCES[0]!);
        if (round > 0) coldMs.push(cold);
        for (let count = 1; count <= WARM_ROUNDS_PER_COLD; count++) {
          const warm = await speak(SENTENCES[count]!);
          const known = await speak(SENTENCES[count]!);
          if (round === 0) continue;
          warmMs.push(warm);
          knownMs.push(known);
          bareMs.push(timeBareNode());
        }
      } finally {
        timeTts(['daemon', 'stop'], env);
      }
    }
    await removeDataDirs();
    const bare = getMedian(bareMs);
    const toRow = (what: string, ms: number[], goal: string): Row => ({
      what: `\`tts say\`, ${what}`,
      ours: `${formatMs(getMedian(ms))} (longest ${formatMs(Math.max(...ms))})`,
      beside: `\`node -e 0\` ${formatMs(bare)}`,
      ratio: formatRatio(getMedian(ms), bare),
      goal,
    });
    return [
      toRow('cold: daemon and model started', coldMs, ''),
      toRow('warm, a new sentence', warmMs, '< 500 ms'),
      toRow('warm, a sentence said before', knownMs, '< 500 ms'),
    ];
  },
};
