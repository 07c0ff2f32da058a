// Kokoro and Piper: our engine, our daemon and those who run the same weights, on the same sentences, warm, in turns.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../src/engine/model/manifest.ts';
import { splitText } from '../src/engine/text/split.ts';
import { removeDataDirs } from '../test/helpers/daemon.ts';
import { CACHE_DIR } from './cache-dir.ts';
import { SENTENCES } from './engine/sentences.ts';
import { type DaemonSpeaker, startDaemonSpeaker } from './rivals/daemon.ts';
import { bringKokoroJs, bringSherpa } from './rivals/javascript.ts';
import { bringPython, packVoices } from './rivals/python.ts';
import { type Speaker, type Spoken, startSpeaker } from './rivals/speaker.ts';
import { getMedian } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const DATA_DIR = join(CACHE_DIR, 'data');
const MODELS_DIR = join(DATA_DIR, 'models');
const RIVALS_DIR = join(import.meta.dirname, 'rivals');
const OURS_SCRIPT = join(RIVALS_DIR, 'ours.ts');
const COUNT = { short: 6, full: 30 };
/** The daemon's defaults. */
const SPLIT = { splitText: true, chunkSize: 120 };
const OURS = 'ttsd, engine alone';
const DAEMON = 'ttsd, whole daemon';
/** Of the others, that they take longer than our engine by a ninth. */
const GOAL = '≥ 1.11';
/** Sentences of the job. */
const JOB_COUNT = { kokoro: { short: 6, full: 12 }, piper: { short: 30, full: 30 } };
const JOB_ROUNDS = { short: 3, full: 7 };

type EngineName = 'kokoro' | 'piper';
interface Weights {
  modelDir: string;
  graph: string;
  voice: string;
}

/** How each of the others is started; throws with the reason where it cannot be. */
const OTHERS: Readonly<Record<EngineName, Readonly<Record<string, (weights: Weights) => Promise<Speaker>>>>> =
  {
    kokoro: {
      'kokoro-onnx': startKokoroOnnx,
      'kokoro-js': startKokoroJs,
      'sherpa-onnx-node': (weights) => startSherpa('kokoro', weights),
    },
    piper: {
      'piper-tts': startPiperTts,
      'sherpa-onnx-node': (weights) => startSherpa('piper', weights),
    },
  };

export const kokoro = compare('kokoro', { model: 'kokoro', voice: 'af_heart' });
export const piper = compare('piper', { model: 'piper-en_US-joe-medium', voice: 'joe' });

function compare(engine: EngineName, { model, voice }: { model: string; voice: string }): Benchmark {
  return {
    name: engine,
    onlyByName: true,
    async run({ isFull }) {
      const modelDir = join(MODELS_DIR, model);
      if (!existsSync(join(modelDir, 'manifest.json')))
        return [skip(engine, `TTSD_DATA_DIR=${DATA_DIR} tts models pull ${model} brings the weights`)];
      const { files, sampleRateHz } = await readManifest(modelDir);
      const graph = Object.keys(files).find((name) => name.endsWith('.onnx'))!;
      // What it prepares once is not what is measured.
      await (await startSpeaker(OURS, process.execPath, [OURS_SCRIPT, modelDir, voice])).close();

      const ours = await startSpeaker(OURS, process.execPath, [OURS_SCRIPT, modelDir, voice]);
      const daemon = await startDaemonSpeaker(MODELS_DIR, { name: DAEMON, model, voice, sampleRateHz });
      const speakers: Speaker[] = [ours, daemon];
      const skipped: Row[] = [];
      try {
        for (const [name, start] of Object.entries(OTHERS[engine]))
          try {
            speakers.push(await start({ modelDir, graph, voice }));
          } catch (error) {
            skipped.push(skip(`${engine}, ${name}`, String(error)));
          }
        const rows = toRows(engine, speakers, await speakInTurns(speakers, isFull));
        return [...rows, await compareJobs(engine, ours, daemon, isFull), ...skipped];
      } finally {
        for (const one of speakers) await one.close();
        await removeDataDirs();
      }
    },
  };
}

function startKokoroOnnx({ modelDir, graph, voice }: Weights): Promise<Speaker> {
  const python = bringPython('kokoro');
  const script = join(RIVALS_DIR, 'reference.py');
  const args = [script, 'kokoro', join(modelDir, graph), packVoices(python, modelDir), voice];
  return startSpeaker('kokoro-onnx', python, ['-W', 'ignore', ...args]);
}

function startPiperTts({ modelDir, graph, voice }: Weights): Promise<Speaker> {
  const args = [join(RIVALS_DIR, 'reference.py'), 'piper', join(modelDir, graph), '-', voice];
  return startSpeaker('piper-tts', bringPython('piper'), ['-W', 'ignore', ...args]);
}

async function startKokoroJs({ modelDir, graph, voice }: Weights): Promise<Speaker> {
  const args = [...bringKokoroJs(modelDir, graph), voice];
  return startSpeaker('kokoro-js', process.execPath, [join(RIVALS_DIR, 'kokoro-js.ts'), ...args]);
}

async function startSherpa(engine: EngineName, weights: Weights): Promise<Speaker> {
  const args = bringSherpa(engine, weights);
  return startSpeaker('sherpa-onnx-node', process.execPath, [join(RIVALS_DIR, 'sherpa.ts'), ...args]);
}

/** All sentences as one job, beside the same chunks through the engine alone: what the daemon adds. */
async function compareJobs(
  engine: EngineName,
  ours: Speaker,
  daemon: DaemonSpeaker,
  isFull: boolean,
): Promise<Row> {
  const text = SENTENCES.slice(0, JOB_COUNT[engine][isFull ? 'full' : 'short']).join(' ');
  const chunks = [...splitText(text, SPLIT)].map(({ start, end }) => text.slice(start, end));
  const pairs: { bareMs: number; jobMs: number }[] = [];
  for (let round = 0; round < (isFull ? JOB_ROUNDS.full : JOB_ROUNDS.short); round++) {
    const speakBare = async () => {
      let ms = 0;
      for (const chunk of chunks) ms += (await ours.speak(chunk)).ms;
      return ms;
    };
    const seed = round + 2;
    // Each goes first as often as the other.
    const early = round % 2 === 0 ? await speakBare() : undefined;
    const jobMs = await daemon.render(text, seed);
    pairs.push({ bareMs: early ?? (await speakBare()), jobMs });
  }
  return {
    what: `${engine}, a job of ${chunks.length} chunks, submit to completed`,
    ours: formatMs(getMedian(pairs.map(({ jobMs }) => jobMs))),
    beside: `the same chunks, engine alone ${formatMs(getMedian(pairs.map(({ bareMs }) => bareMs)))}`,
    ratio: getMedian(pairs.map(({ bareMs, jobMs }) => jobMs / bareMs)).toFixed(2),
    goal: '≤ 1.02',
  };
}

/** Each goes first as often as the others. */
async function speakInTurns(speakers: readonly Speaker[], isFull: boolean): Promise<Map<Speaker, Spoken[]>> {
  const spoken = new Map(speakers.map((one) => [one, [] as Spoken[]]));
  for (const one of speakers) await one.speak('This is said once, to be warm.');
  for (const [i, text] of SENTENCES.slice(0, isFull ? COUNT.full : COUNT.short).entries()) {
    for (let turn = 0; turn < speakers.length; turn++) {
      const one = speakers[(i + turn) % speakers.length]!;
      spoken.get(one)!.push(await one.speak(text));
    }
  }
  return spoken;
}

/** For a second of audio: some leave silence in. */
function toRows(engine: string, speakers: readonly Speaker[], all: ReadonlyMap<Speaker, Spoken[]>): Row[] {
  const [first] = speakers;
  const sum = (one: Speaker, pick: (spoken: Spoken) => number) =>
    all.get(one)!.reduce((total, spoken) => total + pick(spoken), 0);
  const audioSec = (one: Speaker) => sum(one, (spoken) => spoken.audioSec);
  const wall = (one: Speaker) => sum(one, ({ ms }) => ms) / 1000 / audioSec(one);
  const cpu = (one: Speaker) => sum(one, ({ cpuSec }) => cpuSec) / audioSec(one);
  const describe = (one: Speaker) => {
    const firstMs = getMedian(all.get(one)!.map((spoken) => spoken.firstMs));
    return `RTF ${wall(one).toFixed(3)}, processor ${cpu(one).toFixed(3)}, first audio ${formatMs(firstMs)}, load ${formatMs(one.loadMs)}, peak ${one.readPeakMib().toFixed(0)} MiB, ${audioSec(one).toFixed(1)} s`;
  };
  return speakers.map((one) => ({
    what: `${engine}, ${one.name}`,
    ours: describe(one),
    beside: one === first ? '' : 'engine alone, wall and processor time',
    ratio:
      one === first ? '' : `${formatRatio(wall(one), wall(first!))}, ${formatRatio(cpu(one), cpu(first!))}`,
    goal: one.name === OURS || one.name === DAEMON ? '' : GOAL,
  }));
}

function skip(what: string, why: string): Row {
  return { what, ours: 'skipped', beside: why, ratio: '', goal: '' };
}
