// Kokoro and Piper: our engine, our daemon and the reference implementation on the same weights and sentences, warm, in turns.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../src/engine/model/manifest.ts';
import { removeDataDirs } from '../test/helpers/daemon.ts';
import { CACHE_DIR } from './cache-dir.ts';
import { SENTENCES } from './engine/sentences.ts';
import { startDaemonSpeaker } from './rivals/daemon.ts';
import { bringPython, packVoices } from './rivals/python.ts';
import { type Speaker, type Spoken, startSpeaker } from './rivals/speaker.ts';
import { getMedian } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const DATA_DIR = join(CACHE_DIR, 'data');
const MODELS_DIR = join(DATA_DIR, 'models');
const COUNT = { short: 6, full: 30 };
const GOALS = ['', '≤ 1.02', '≥ 1.11'];
/** Those that cannot be given the weights as they are. */
const SKIPPED = {
  kokoro: {
    'kokoro-js': 'not tried: it wants a tokenizer.json that neither its package nor the model has',
    'sherpa-onnx-node': 'not tried: it wants a graph with its own metadata, a voices.bin and tokens.txt',
  },
  piper: { 'sherpa-onnx-node': 'not tried: it wants a graph with its own metadata and tokens.txt' },
};

export const kokoro = compare('kokoro', { model: 'kokoro', voice: 'af_heart' });
export const piper = compare('piper', { model: 'piper-en_US-joe-medium', voice: 'joe' });

function compare(engine: 'kokoro' | 'piper', { model, voice }: { model: string; voice: string }): Benchmark {
  return {
    name: engine,
    onlyByName: true,
    async run({ isFull }) {
      const modelDir = join(MODELS_DIR, model);
      if (!existsSync(join(modelDir, 'manifest.json')))
        return [skip(engine, `TTSD_DATA_DIR=${DATA_DIR} tts models pull ${model} brings the weights`)];
      const manifest = await readManifest(modelDir);

      const script = join(import.meta.dirname, 'rivals', 'ours.ts');
      const speakers = [
        await startSpeaker('ttsd, engine alone', process.execPath, [script, modelDir, voice]),
      ];
      const rows: Row[] = [];
      try {
        const sampleRateHz = manifest.sampleRateHz;
        speakers.push(await startDaemonSpeaker(MODELS_DIR, { model, voice, sampleRateHz }));
        try {
          speakers.push(await startReference(engine, modelDir, manifest.files, voice));
        } catch (error) {
          rows.push(skip(`${engine}, its Python package`, String(error)));
        }
        rows.unshift(...toRows(engine, speakers, await speakInTurns(speakers, isFull)));
      } finally {
        for (const one of speakers) await one.close();
        await removeDataDirs();
      }
      const skipped = Object.entries(SKIPPED[engine]);
      return [...rows, ...skipped.map(([name, why]) => skip(`${engine}, ${name}`, why))];
    },
  };
}

function startReference(
  engine: 'kokoro' | 'piper',
  modelDir: string,
  files: Readonly<Record<string, unknown>>,
  voice: string,
): Promise<Speaker> {
  const python = bringPython(engine);
  const graph = join(modelDir, Object.keys(files).find((name) => name.endsWith('.onnx'))!);
  const voices = engine === 'kokoro' ? packVoices(python, modelDir) : '-';
  const script = join(import.meta.dirname, 'rivals', 'reference.py');
  const name = engine === 'kokoro' ? 'kokoro-onnx' : 'piper-tts';
  return startSpeaker(name, python, ['-W', 'ignore', script, engine, graph, voices, voice]);
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

/** Time for a second of audio: the reference leaves silence in. */
function toRows(engine: string, speakers: readonly Speaker[], all: ReadonlyMap<Speaker, Spoken[]>): Row[] {
  const [first] = speakers;
  const sum = (one: Speaker, pick: (spoken: Spoken) => number) =>
    all.get(one)!.reduce((total, spoken) => total + pick(spoken), 0);
  const describe = (one: Speaker) => {
    const audioSec = sum(one, (spoken) => spoken.audioSec);
    const wall = sum(one, ({ ms }) => ms) / 1000 / audioSec;
    const cpu = sum(one, ({ cpuSec }) => cpuSec) / audioSec;
    const firstMs = getMedian(all.get(one)!.map((spoken) => spoken.firstMs));
    return `RTF ${wall.toFixed(3)}, processor ${cpu.toFixed(3)}, first audio ${formatMs(firstMs)}, load ${formatMs(one.loadMs)}, peak ${one.readPeakMib().toFixed(0)} MiB, ${audioSec.toFixed(1)} s`;
  };
  return speakers.map((one, i) => ({
    what: `${engine}, ${one.name}`,
    ours: describe(one),
    beside: i === 0 ? '' : 'engine alone, wall and processor time',
    ratio:
      i === 0
        ? ''
        : `${formatRatio(
            sum(one, ({ ms }) => ms),
            sum(first!, ({ ms }) => ms),
          )}, ${formatRatio(
            sum(one, ({ cpuSec }) => cpuSec),
            sum(first!, ({ cpuSec }) => cpuSec),
          )}`,
    goal: GOALS[i]!,
  }));
}

function skip(what: string, why: string): Row {
  return { what, ours: 'skipped', beside: why, ratio: '', goal: '' };
}
