// npm run long-text-check [-- --voice heart] [--data DIR]: 3000 words through the daemon as one job, recognised and aligned. Tells
// whether loudness or pace drift, and whether the last words of sentences are swallowed. Development only.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureLufs } from '../../src/engine/audio/loudness.ts';
import { startDaemon } from '../../test/helpers/daemon.ts';
import { waitFor } from '../../test/helpers/wait-for.ts';
import { bringPython, bringWhisper } from './bring.ts';
import { SENTENCES } from './sentences.ts';

const WORDS = 3000;
const PARTS = 10;
const HEADER_BYTES = 44;
/** A large model on a small machine. */
const LONGEST_MS = 3_600_000;
const LOOK_EVERY_MS = 1000;

interface Alignment {
  words: number;
  /** Per cent, as are the words missed. */
  wer: number;
  tenths: { wer: number; wpm: number }[];
  lastWords: { count: number; missed: number };
  otherWords: { count: number; missed: number };
  missedLast: string[];
}

const { values: options } = parseArgs({ options: { voice: { type: 'string' }, data: { type: 'string' } } });
const sentences = makeText();
const work = await mkdtemp(join(tmpdir(), 'ttsd-long-text-'));
const daemon = await startDaemon({ dataDir: options.data ?? join(work, 'data') });
try {
  const wav = await speak(sentences.join(' '));
  const path = join(work, 'long.wav');
  await writeFile(path, wav);
  const alignment = await align(path);
  const { samples, sampleRateHz } = readWav(wav);
  console.log(
    `${options.voice ?? 'default voice'}: ${alignment.words} words, ${Math.round(samples.length / sampleRateHz)} s, WER ${alignment.wer.toFixed(1)} %`,
  );
  console.log('tenth   WER  words/min  LUFS');
  for (const [i, { wer, wpm }] of alignment.tenths.entries()) {
    const part = samples.subarray(
      Math.floor((i * samples.length) / PARTS),
      Math.floor(((i + 1) * samples.length) / PARTS),
    );
    const lufs = measureLufs(part, sampleRateHz);
    console.log(
      `${String(i + 1).padStart(5)} ${wer.toFixed(1).padStart(5)} ${wpm.toFixed(0).padStart(10)} ${lufs.toFixed(1).padStart(5)}`,
    );
  }
  for (const [name, { count, missed }] of [
    ['last words of sentences', alignment.lastWords],
    ['other words', alignment.otherWords],
  ] as const)
    console.log(`${name}: ${missed.toFixed(1)} % of ${count} not heard as written`);
  for (const words of alignment.missedLast) console.error(`  not heard: … ${words}`);
} finally {
  await daemon.stop();
  await rm(work, { recursive: true });
}

/** The sentences of the check over and over, each round in another order, so that each has other neighbours. */
function makeText(): string[] {
  const text: string[] = [];
  let words = 0;
  for (let round = 1; words < WORDS; round++) {
    // Steps that share no factor with the count meet every sentence once.
    const step = [1, 7, 11, 13, 17, 19, 23, 29, 31][round % 9]!;
    for (let i = 0; i < SENTENCES.length && words < WORDS; i++) {
      const sentence = SENTENCES[(i * step + round) % SENTENCES.length]!;
      text.push(sentence);
      words += sentence.split(/\s+/).length;
    }
  }
  return text;
}

async function speak(text: string): Promise<Buffer> {
  const job = { text, seed: 1, format: 'wav', ...(options.voice !== undefined && { voice: options.voice }) };
  const submitted = await daemon.call('POST', '/v1/jobs', job);
  const { id } = submitted.json<{ jobs: { job: { id: string } }[] }>().jobs[0]!.job;
  await waitFor(
    'the job to complete',
    async () => (await daemon.call('GET', `/v1/jobs/${id}`)).json<{ state: string }>().state === 'completed',
    LONGEST_MS,
    LOOK_EVERY_MS,
  );
  return (await daemon.call('GET', `/tts/${id}/result`)).body;
}

async function align(wav: string): Promise<Alignment> {
  const python = bringPython('listen');
  const { stdout, status } = spawnSync(python, ['-W', 'ignore', join(import.meta.dirname, 'align.py')], {
    input: JSON.stringify({ wav, sentences }),
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, WHISPER: await bringWhisper(python) },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`align.py ended with ${status}`);
  return JSON.parse(stdout) as Alignment;
}

function readWav(wav: Buffer): { samples: Float32Array; sampleRateHz: number } {
  const samples = new Float32Array((wav.length - HEADER_BYTES) / 2);
  for (let i = 0; i < samples.length; i++) samples[i] = wav.readInt16LE(HEADER_BYTES + 2 * i) / 32768;
  return { samples, sampleRateHz: wav.readUInt32LE(24) };
}
