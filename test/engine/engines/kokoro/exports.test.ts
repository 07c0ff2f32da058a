// Kokoro's exports differ in names, precision and in how the voices are packed: small graphs of each kind.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { expect, onTestFinished, test } from 'vitest';
import { ELEMENT } from '../../../../src/engine/model/graph/onnx.ts';
import { openEngine } from '../../../../src/engine/open-engine.ts';
import { makeModelDir } from '../../../helpers/graphs.ts';
import { type KokoroKind as Kind, makeKokoro } from '../../../helpers/small-kokoro.ts';

const TABLES: Record<string, Float32Array> = {
  af_one: new Float32Array(510 * 256).map((_, i) => (i % 256 === 0 ? 0.1 + Math.floor(i / 256) / 1000 : 0)),
  ef_two: new Float32Array(510 * 256).fill(0.3),
};

async function openKokoro(kind: Kind, voices: 'bin' | 'npy' | 'npz') {
  const files: Record<string, Uint8Array> = { 'kokoro.onnx': makeKokoro(kind).write() };
  if (voices === 'npz')
    files['voices-v1.0.bin'] = zipSync(
      Object.fromEntries(Object.entries(TABLES).map(([name, table]) => [`${name}.npy`, makeNpy(table)])),
      { level: 0 },
    );
  const modelDir = await makeModelDir(files, {
    engine: 'kokoro',
    memoryBytes: 660e6,
    languages: ['en-US', 'es'],
    sampleRateHz: 24_000,
    speakers: [
      { id: 'af_one', name: 'One', language: 'en-US', gender: 'female' },
      { id: 'ef_two', name: 'Two', language: 'es', gender: 'female' },
      { id: 'xx_none', name: 'None', language: 'tlh', gender: 'neutral' },
    ],
  });
  if (voices !== 'npz') {
    await mkdir(join(modelDir, 'voices'));
    for (const [name, table] of Object.entries(TABLES)) {
      const content = voices === 'bin' ? new Uint8Array(table.buffer) : makeNpy(table);
      await writeFile(join(modelDir, 'voices', `${name}.${voices}`), content);
    }
  }
  const engine = await openEngine({ modelDir });
  onTestFinished(() => engine.close());
  return (text: string, speaker = 'af_one') =>
    engine.synthesize({ text, speaker, speed: 1, seed: 1, params: {} }, new AbortController().signal);
}

test.each<[Kind, 'bin' | 'npy' | 'npz']>([
  [{ ids: 'tokens', audio: 'audio' }, 'bin'],
  [{ ids: 'input_ids', audio: 'waveform' }, 'npz'],
  [{ ids: 'input_ids', audio: 'waveform', half: true }, 'npy'],
  [{ ids: 'input_ids', audio: 'audio', speed: ELEMENT.int32, tellsDurations: true }, 'npz'],
])('an export with %j and voices as %s speaks, each word timed', async (kind, voices) => {
  const speak = await openKokoro(kind, voices);
  const { samples, words, warnings } = await speak('Yes indeed.');
  expect(warnings).toEqual([]);
  // The row of the style is that of the number of phonemes: jˈɛs ɪndˈid.
  expect(samples[2400]).toBeCloseTo(0.1 + 11 / 1000, 3);
  expect(words).toHaveLength(2);
  expect(words[1]!.startSec).toBeGreaterThanOrEqual(words[0]!.endSec);
  expect(words[1]!.endSec).toBeLessThanOrEqual(samples.length / 24_000);
});

test('a sentence that there is no memory for says which model takes too much, and what can be done', async () => {
  const speak = await openKokoro({ ids: 'tokens', audio: 'audio', samplesPerId: 2n ** 40n }, 'bin');
  await expect(speak('Yes indeed.')).rejects.toThrow(
    /^There is not enough memory for the model small in .*\. It takes about 660 MB\. Close other programs,/,
  );
});

test('with durations a word begins exactly where its phonemes do', async () => {
  const speak = await openKokoro({ ids: 'tokens', audio: 'audio', tellsDurations: true }, 'bin');
  // 50 ms each: silence, then jˈɛs and a space before ɪndˈid.
  const { words } = await speak('Yes indeed.');
  expect(words.map(({ startSec, endSec }) => [startSec, endSec])).toEqual([
    [0.05, 0.25],
    [0.3, 0.6],
  ]);
});

test('a sentence of 3000 characters without a mark is spoken whole, cut between words', {
  timeout: 30_000,
}, async () => {
  const speak = await openKokoro({ ids: 'tokens', audio: 'audio', tellsDurations: true }, 'bin');
  const text = 'nobody could say where the long road ended '.repeat(70).trim();
  const { words, samples } = await speak(text);
  expect(text.length).toBeGreaterThan(2900);
  expect(words).toHaveLength(text.split(' ').length);
  for (const [i, { startSec, endSec }] of words.entries()) {
    expect(endSec).toBeGreaterThan(startSec);
    expect(startSec).toBeGreaterThanOrEqual(words[i - 1]?.endSec ?? 0);
  }
  expect(samples.length / 24_000 - words.at(-1)!.endSec).toBeLessThan(0.2);
});

test('a speaker without a table, and a language that the model cannot read, are refused by name', async () => {
  const speak = await openKokoro({ ids: 'tokens', audio: 'audio' }, 'bin');
  await expect(speak('Yes.', 'xx_none')).rejects.toThrow('has a speaker of Klingon, which it cannot read');
  await expect(speak('Yes.', 'af_three')).rejects.toThrow('has no speaker af_three');
});

function makeNpy(table: Float32Array): Uint8Array {
  const header = `${"{'descr': '<f4', 'fortran_order': False, 'shape': (510, 1, 256), }".padEnd(117)}\n`;
  const start = Buffer.from([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    1,
    0,
    header.length & 255,
    header.length >> 8,
  ]);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), new Uint8Array(table.buffer)]);
}
