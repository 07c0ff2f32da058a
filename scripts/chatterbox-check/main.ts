// npm run chatterbox-check -- --model turbo [--dir FOLDER] [--sentences 20]: pulls the model (or takes it from a folder), clones three
// voices of the embedded model with it, lets each say 20 sentences, and prints how well they are understood and how much each clone
// sounds like its clip. --rehearse: the same with a tiny model of noise, pulled from here. Development only.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { getDataDir } from '../../src/api/endpoint.ts';
import { encodePcm } from '../../src/engine/audio/pcm.ts';
import { createWavHeader } from '../../src/engine/audio/wav-header.ts';
import type { ChunkInput } from '../../src/engine/engine.ts';
import { type OpenedEngine, openEngine } from '../../src/engine/open-engine.ts';
import { bringPython, bringWhisper } from '../voice-check/bring.ts';
import { SENTENCES } from '../voice-check/sentences.ts';
import { openRehearsal } from './rehearsal.ts';

const MODELS = {
  turbo: 'chatterbox-turbo',
  base: 'chatterbox',
  multilingual: 'chatterbox-multilingual',
} as const;
const SPEAKERS = ['heart', 'martin-1', 'poppy-1'];
/** About 15 s of speech. */
const CLIP_SENTENCES = 5;
const ROOT = join(import.meta.dirname, '..', '..');
const TTS = join(ROOT, 'bin', 'tts.js');
const VOICE_CHECK = join(ROOT, 'scripts', 'voice-check');

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'turbo' },
    dir: { type: 'string' },
    sentences: { type: 'string', default: '20' },
    rehearse: { type: 'boolean', default: false },
  },
});
if (!Object.hasOwn(MODELS, options.model))
  throw new Error(
    `--model is ${JSON.stringify(options.model)}, expected one of ${Object.keys(MODELS).join(', ')}`,
  );
const count = Number(options.sentences);
if (!(count >= 1 && count <= SENTENCES.length))
  throw new Error(`--sentences is ${options.sentences}, expected 1 to ${SENTENCES.length}`);
const rehearsal = options.rehearse ? await openRehearsal(TTS) : undefined;
const texts = SENTENCES.filter((_, i) => (i * count) % SENTENCES.length < count);
const work = await mkdtemp(join(tmpdir(), 'ttsd-chatterbox-check-'));
try {
  const modelDir = options.dir ?? (await pull(rehearsal?.id ?? MODELS[options.model as keyof typeof MODELS]));
  const clips = await recordClips();
  const recordings: { name: string; path: string; text: string }[] = [];
  const engine = await openEngine({ modelDir, cacheDir: join(work, 'heard') });
  let audioSec = 0;
  let workMs = 0;
  for (const { speaker, reference } of clips)
    for (const [i, text] of texts.entries()) {
      const startMs = performance.now();
      const path = join(work, `${speaker}-${i}.wav`);
      audioSec += await record(
        engine,
        { text, speaker: 'default', seed: i + 1, language: 'en', reference },
        path,
      );
      workMs += performance.now() - startMs;
      recordings.push({ name: `clone of ${speaker}`, path, text });
    }
  await engine.close();
  console.log(
    `${recordings.length} sentences on ${engine.device}, ${(audioSec / (workMs / 1000)).toFixed(2)}x real time`,
  );
  const python = bringPython('listen');
  const heard = execFileSync(python, ['-W', 'ignore', join(VOICE_CHECK, 'listen.py')], {
    input: recordings.map(({ name, path, text }) => `${name}\t${path}\t${text}\n`).join(''),
    env: { ...process.env, WHISPER: await bringWhisper(python) },
    stdio: ['pipe', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  for (const line of heard.trim().split('\n')) {
    const { name, files, wer, mos } = JSON.parse(line);
    console.log(`${name}: ${files} sentences, WER ${wer.toFixed(1)} %, DNSMOS ${mos.toFixed(2)}`);
  }
  console.log('Likeness of speakers, the cosine of their embeddings:');
  execFileSync(bringPython('similarity'), ['-W', 'ignore', join(VOICE_CHECK, 'similarity.py')], {
    input: [
      // Twice, since a speaker is compared with itself too.
      ...[...clips, ...clips].map(({ speaker, reference }) => ({
        name: `clip of ${speaker}`,
        path: reference.path,
      })),
      ...recordings,
    ]
      .map(({ name, path }) => `${name}\t${path}\n`)
      .join(''),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
} finally {
  await rm(work, { recursive: true });
  await rehearsal?.close();
}

/** The folder of the model, which is fetched where it is not there yet. */
async function pull(id: string): Promise<string> {
  const dir = join(getDataDir(process.env), 'models', id);
  if (existsSync(join(dir, 'manifest.json'))) return dir;
  const [code] = await once(
    spawn(process.execPath, [TTS, 'models', 'pull', id], { stdio: 'inherit' }),
    'exit',
  );
  if (code !== 0) throw new Error(`tts models pull ${id} ended with ${code}`);
  return dir;
}

async function recordClips() {
  const engine = await openEngine({ modelDir: join(ROOT, 'models', 'hibari') });
  const text = SENTENCES.slice(-CLIP_SENTENCES).join(' ');
  const clips: { speaker: string; reference: { path: string; sha256: string } }[] = [];
  for (const speaker of SPEAKERS) {
    const path = join(work, `clip-${speaker}.wav`);
    await record(engine, { text, speaker, seed: 1 }, path);
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    clips.push({ speaker, reference: { path, sha256 } });
  }
  await engine.close();
  return clips;
}

/** Answers how long it is in seconds. */
async function record(
  engine: OpenedEngine,
  input: Omit<ChunkInput, 'speed' | 'params'>,
  path: string,
): Promise<number> {
  const { samples, sampleRateHz } = await engine.synthesize(
    { ...input, speed: 1, params: {} },
    new AbortController().signal,
  );
  if (samples.length === 0) throw new Error(`the model made no sound of ${JSON.stringify(input.text)}`);
  const header = createWavHeader({ sampleRateHz, lengthSamples: samples.length });
  await writeFile(path, Buffer.concat([header, encodePcm(samples)]));
  return samples.length / sampleRateHz;
}
