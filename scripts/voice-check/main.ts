// npm run voice-check [-- --models DIR] [--speakers a,b] [--sentences 20] [--no-reference] [--similarity]: how well every installed
// English model is understood and how natural it sounds, over 60 sentences, beside its reference implementation on the same
// weights; and how much its speakers sound like one person. Development only.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { encodePcm } from '../../src/engine/audio/pcm.ts';
import { createWavHeader } from '../../src/engine/audio/wav-header.ts';
import { type ModelInfo, openShelf } from '../../src/engine/model/shelf.ts';
import { openEngine } from '../../src/engine/open-engine.ts';
import { bringPython, bringWhisper } from './bring.ts';
import { SENTENCES } from './sentences.ts';

interface Recording {
  /** Model, speaker, and whose implementation. */
  name: string;
  path: string;
  text: string;
}

const { values: options } = parseArgs({
  options: {
    models: { type: 'string', multiple: true },
    speakers: { type: 'string' },
    sentences: { type: 'string', default: String(SENTENCES.length) },
    'no-reference': { type: 'boolean' },
    similarity: { type: 'boolean' },
    keep: { type: 'string' },
  },
});
/** As many of each kind. */
const sentences = SENTENCES.filter(
  (_, i) => (i * Number(options.sentences)) % SENTENCES.length < Number(options.sentences),
);
const dirs = options.models ?? [
  join(import.meta.dirname, '../../models'),
  join(homedir(), '.local/share/ttsd/models'),
];
const work = options.keep ?? (await mkdtemp(join(tmpdir(), 'ttsd-voice-check-')));
await mkdir(work, { recursive: true });

const recordings: Recording[] = [];
for (const model of (await openShelf(dirs)).values()) {
  const speakers = pickSpeakers(model);
  if (speakers.length === 0) continue;
  const engine = await openEngine({ modelDir: model.dir });
  for (const speaker of speakers) {
    for (const [i, text] of sentences.entries()) {
      const { samples, sampleRateHz } = await engine.synthesize(
        { text, speaker, speed: 1, seed: 1, params: {} },
        new AbortController().signal,
      );
      const path = join(work, `${model.id}-${speaker}-ttsd-${i}.wav`);
      const pcm = encodePcm(samples);
      await writeFile(
        path,
        Buffer.concat([createWavHeader({ sampleRateHz, lengthSamples: samples.length }), pcm]),
      );
      recordings.push({ name: `${model.id} ${speaker} ttsd`, path, text });
    }
    console.error(`${model.id} ${speaker} spoken`);
  }
  await engine.close();
  if (options['no-reference'] !== true) recordings.push(...(await speakReference(model, speakers)));
}

const python = bringPython('listen');
const listener = spawn(python, ['-W', 'ignore', join(import.meta.dirname, 'listen.py')], {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: { ...process.env, WHISPER: await bringWhisper(python) },
});
listener.stdin.end(recordings.map(({ name, path, text }) => `${name}\t${path}\t${text}\n`).join(''));
console.log('who                                   files    WER  DNSMOS  P.808');
for await (const line of createInterface({ input: listener.stdout })) {
  const { name, files, wer, mos, p808, misheard } = JSON.parse(line);
  console.log(
    `${name.padEnd(36)} ${String(files).padStart(6)} ${wer.toFixed(1).padStart(6)} ${mos.toFixed(2).padStart(7)} ${p808.toFixed(2).padStart(6)}`,
  );
  for (const [want, heard] of misheard) console.error(`  ${name}: ${want} | ${heard}`);
}
if (listener.exitCode === null) await once(listener, 'exit');
if (options.similarity === true) await compareSpeakers();
if (options.keep === undefined) await rm(work, { recursive: true });
process.exitCode = listener.exitCode ?? 1;

function pickSpeakers(model: ModelInfo): string[] {
  const english = model.speakers.filter(({ language }) => language.startsWith('en')).map(({ id }) => id);
  const wanted = options.speakers?.split(',');
  if (wanted !== undefined) return english.filter((id) => wanted.includes(id));
  // Of the many speakers of a model that has them as data, the first stands for all.
  return model.id === 'hibari' ? english : english.slice(0, 1);
}

/** None where the engine has no reference. */
async function speakReference(model: ModelInfo, speakers: string[]): Promise<Recording[]> {
  const manifest = JSON.parse(await readFile(join(model.dir, 'manifest.json'), 'utf8'));
  const engine: string = manifest.engine;
  if (engine !== 'kokoro' && engine !== 'piper') return [];
  const python = bringPython(engine);
  const graph = Object.keys(manifest.files).find((name) => name.endsWith('.onnx'))!;
  const voices = join(work, 'voices.npz');
  if (engine === 'kokoro') await packVoices(python, join(model.dir, 'voices'), voices);
  const child = spawn(
    python,
    ['-W', 'ignore', join(import.meta.dirname, 'reference.py'), engine, join(model.dir, graph), voices],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const recordings = speakers.flatMap((speaker) =>
    sentences.map((text, i) => ({
      name: `${model.id} ${speaker} reference`,
      path: join(work, `${model.id}-${speaker}-reference-${i}.wav`),
      text,
      speaker,
    })),
  );
  child.stdin.end(recordings.map(({ speaker, path, text }) => `${speaker}\t${path}\t${text}\n`).join(''));
  child.stdout.resume();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the reference implementation of ${model.id} ended with ${code}`);
  return recordings;
}

/** kokoro-onnx takes all voices in one file. */
async function packVoices(python: string, dir: string, path: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.bin')).map((name) => name.slice(0, -4));
  const script =
    'import sys, numpy as np; d, out, *names = sys.argv[1:]; np.savez(out, **{n: np.fromfile(f"{d}/{n}.bin", "<f4").reshape(510, 1, 256) for n in names})';
  execFileSync(python, ['-c', script, dir, path, ...names], { stdio: 'inherit' });
}

/** Prints the cosine of each pair's mean speaker embeddings. */
async function compareSpeakers(): Promise<void> {
  const child = spawn(
    bringPython('similarity'),
    ['-W', 'ignore', join(import.meta.dirname, 'similarity.py')],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  child.stdin.end(recordings.map(({ name, path }) => `${name}\t${path}\n`).join(''));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`similarity.py ended with ${code}`);
}
