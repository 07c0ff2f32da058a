// How long `tts status` takes beside a Node that does nothing, whatever waits: it is run in prompts and loops.
import { type Daemon, removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { timeBareNode, timeTts } from './programs.ts';
import { getMedian } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const ROUNDS = 30;
const QUEUED = [0, 150, 10_000];

export const status: Benchmark = {
  name: 'status',
  async run() {
    const rows: Row[] = [];
    const daemon = await startDaemon();
    try {
      await daemon.call('POST', '/v1/queue/pause');
      let queued = 0;
      for (const wanted of QUEUED) {
        await submit(daemon, wanted - queued);
        queued = wanted;
        rows.push(measure(daemon, queued));
      }
      return rows;
    } finally {
      await daemon.stop();
      await removeDataDirs();
    }
  },
};

async function submit(daemon: Daemon, count: number): Promise<void> {
  if (count === 0) return;
  const jobs = Array.from({ length: count }, (_, index) => ({
    text: `Notice ${index}: the library closes at six today, and opens again at nine tomorrow.`,
  }));
  await daemon.call('POST', '/v1/jobs', { jobs });
}

function measure(daemon: Daemon, queued: number): Row {
  timeTts(['status'], daemon.env);
  const oursMs: number[] = [];
  const bareMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    oursMs.push(timeTts(['status'], daemon.env));
    bareMs.push(timeBareNode());
  }
  const ours = getMedian(oursMs);
  const bare = getMedian(bareMs);
  return {
    what: `\`tts status\`, whole process, ${queued} queued`,
    ours: formatMs(ours),
    beside: `\`node -e 0\` ${formatMs(bare)}`,
    ratio: formatRatio(ours, bare),
    goal: '≤ 1.5',
  };
}
