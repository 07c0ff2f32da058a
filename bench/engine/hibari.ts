// The embedded voice against the Python package of the same model: text to samples, one thread each, side by side.
import { join } from 'node:path';
import { openEngine } from '../../src/engine/open-engine.ts';
import { startPythonPackage } from './python-package.ts';
import { SENTENCES } from './sentences.ts';

const ROUNDS = 5;

const started = performance.now();
const engine = await openEngine({ modelDir: join(import.meta.dirname, '../../models/hibari') });
const loadMs = performance.now() - started;
const python = await startPythonPackage();

/** Milliseconds of each sentence in each round. */
const oursMs = SENTENCES.map((): number[] => []);
const pythonMs = SENTENCES.map((): number[] => []);
let oursSec = 0;
let pythonSec = 0;
for (let round = 0; round < ROUNDS; round++) {
  oursSec = 0;
  pythonSec = 0;
  for (const [i, text] of SENTENCES.entries()) {
    const before = performance.now();
    const { samples, sampleRateHz } = await engine.synthesize(
      { text, speaker: 'heart', speed: 1, seed: 1, params: {} },
      new AbortController().signal,
    );
    oursMs[i]!.push(performance.now() - before);
    oursSec += samples.length / sampleRateHz;
    const spoken = await python?.speak(text);
    if (spoken === undefined) continue;
    pythonMs[i]!.push(spoken.ms);
    pythonSec += spoken.audioSec;
  }
}
await engine.close();
python?.close();

const ours = sumMedians(oursMs);
console.log(
  `${SENTENCES.length} sentences, ${ROUNDS} rounds, one thread, text to samples, median of each sentence`,
);
console.log(
  `ttsd    load ${loadMs.toFixed(0)} ms, ${ours.toFixed(0)} ms for ${describeAudio(oursSec, ours)}, silence trimmed`,
);
if (python === undefined) {
  console.log('python  skipped: no python3, or hibari-tts could not be installed');
} else {
  const theirs = sumMedians(pythonMs);
  console.log(
    `python  load ${python.loadMs.toFixed(0)} ms, ${theirs.toFixed(0)} ms for ${describeAudio(pythonSec, theirs)}`,
  );
  console.log(
    `ratio   ${(ours / theirs).toFixed(2)} of the Python package's time (goal 1.0 or less, limit 1.3)`,
  );
}

function sumMedians(rounds: number[][]): number {
  return rounds.reduce((sum, ms) => sum + ms.toSorted((a, b) => a - b)[ms.length >> 1]!, 0);
}

function describeAudio(seconds: number, ms: number): string {
  return `${seconds.toFixed(1)} s of audio (${((seconds * 1000) / ms).toFixed(0)}x real time)`;
}
