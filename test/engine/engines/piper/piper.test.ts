// A small graph with the inputs and outputs of a Piper voice; one with real weights where they are at hand.
import { existsSync, readdirSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { ELEMENT, type Graph, makeConstant, makeNode } from '../../../../src/engine/model/graph/onnx.ts';
import { openEngine } from '../../../../src/engine/open-engine.ts';
import { findEspeak } from '../../../../src/engine/text/espeak/find-espeak.ts';
import { makeGraph, makeModelDir } from '../../../helpers/graphs.ts';

const WEIGHTS = join(process.env.TTS_TEST_WEIGHTS ?? join(homedir(), '.cache', 'ttsd-test-weights'), 'piper');
const JOE = 'en_US-joe-medium.onnx';
const isJoeHere = existsSync(join(WEIGHTS, JOE));
const isEspeakHere = findEspeak() !== undefined;

/** Each id lasts 1 + |noise| steps, rounded up, times the length scale; the sound is noise whose loudness tells the speaker. */
function makeVoiceGraph(): Graph {
  return makeGraph({
    opset: 15,
    inputs: { input: ELEMENT.int64, input_lengths: ELEMENT.int64, scales: ELEMENT.float, sid: ELEMENT.int64 },
    outputs: { output: ELEMENT.float },
    build({ nodes, constants }) {
      const number = (name: string, value: bigint) =>
        constants.set(name, makeConstant(name, BigInt64Array.of(value), [1]));
      number('first', 0n);
      number('second', 1n);
      number('hop', 256n);
      number('one', 1n);
      constants.set('quiet', makeConstant('quiet', Float32Array.of(0.02), [1]));
      constants.set('unit', makeConstant('unit', Float32Array.of(1), [1]));
      nodes.push(
        makeNode('Cast', ['input'], ['ids'], { to: ELEMENT.float }),
        makeNode('RandomNormalLike', ['ids'], ['rhythm']),
        makeNode('Abs', ['rhythm'], ['lengths']),
        makeNode('Add', ['lengths', 'unit'], ['longer']),
        makeNode('Gather', ['scales', 'second'], ['length_scale']),
        makeNode('Mul', ['longer', 'length_scale'], ['scaled']),
        makeNode('Ceil', ['scaled'], ['steps']),
        makeNode('ReduceSum', ['steps'], ['total_steps'], { keepdims: 1 }),
        makeNode('Cast', ['total_steps'], ['total'], { to: ELEMENT.int64 }),
        makeNode('Mul', ['total', 'hop'], ['length']),
        makeNode('Reshape', ['length', 'one'], ['length_1']),
        makeNode('Concat', ['one', 'one', 'one', 'length_1'], ['shape'], { axis: 0 }),
        makeNode('ConstantOfShape', ['shape'], ['silence']),
        makeNode('RandomNormalLike', ['silence'], ['hiss']),
        makeNode('Cast', ['sid'], ['speaker'], { to: ELEMENT.float }),
        makeNode('Add', ['speaker', 'unit'], ['loudness']),
        makeNode('Mul', ['hiss', 'quiet'], ['soft']),
        makeNode('Mul', ['soft', 'loudness'], ['output']),
      );
    },
  });
}

const ALPHABET = [..."_^$ abcdefghijklmnopqrstuvwxyzəɪʊɛ.,?!'ˈˌː"];
const CONFIG = {
  audio: { sample_rate: 22_050 },
  phoneme_type: 'text',
  num_speakers: 3,
  speaker_id_map: { anna: 0, ben: 2 },
  inference: { noise_scale: 0.667, length_scale: 1, noise_w: 0.8 },
  phoneme_id_map: Object.fromEntries(ALPHABET.map((letter, id) => [letter, [id]])),
};

function makeVoice(config: Record<string, unknown> = {}): Promise<string> {
  return makeModelDir(
    { 'voice.onnx': makeVoiceGraph().write(), 'voice.onnx.json': JSON.stringify({ ...CONFIG, ...config }) },
    { engine: 'piper', languages: ['en-US'], sampleRateHz: 22_050, speakers: [] },
  );
}

async function open(modelDir: string): Promise<Engine> {
  const engine = await openEngine({ modelDir });
  onTestFinished(() => engine.close());
  return engine;
}

function speak(engine: Engine, input: { text: string; speaker?: string; seed?: number; speed?: number }) {
  return engine.synthesize(
    { speaker: 'anna', seed: 1, speed: 1, params: {}, ...input },
    new AbortController().signal,
  );
}

test('the same seed gives the same samples, in another session too; another seed gives others', async () => {
  const modelDir = await makeVoice();
  const engine = await open(modelDir);
  const first = await speak(engine, { text: 'hello there' });
  await speak(engine, { text: 'something in between' });
  expect((await speak(engine, { text: 'hello there' })).samples).toEqual(first.samples);
  expect((await speak(engine, { text: 'hello there', seed: 2 })).samples).not.toEqual(first.samples);
  // The second session reads what the first one prepared.
  expect(await readdir(join(modelDir, 'prepared'))).toHaveLength(1);
  expect((await speak(await open(modelDir), { text: 'hello there' })).samples).toEqual(first.samples);
});

test.skipIf(process.platform !== 'linux')(
  'it computes with as many threads as it is told (needs Linux)',
  async () => {
    const modelDir = await makeVoice();
    const countThreads = () => readdirSync('/proc/self/task').length;
    const countMore = async (threads: number) => {
      const before = countThreads();
      const engine = await openEngine({ modelDir, threads });
      const more = countThreads() - before;
      await engine.close();
      return more;
    };
    // What the first one starts besides stays.
    await countMore(1);
    const few = await countMore(1);
    expect((await countMore(5)) - few).toBe(4);
  },
);

test('a prepared graph that was damaged is made again', async () => {
  const modelDir = await makeVoice();
  const { samples } = await speak(await open(modelDir), { text: 'hello' });
  const [name] = await readdir(join(modelDir, 'prepared'));
  await writeFile(join(modelDir, 'prepared', name!), 'half a file');
  expect((await speak(await open(modelDir), { text: 'hello' })).samples).toEqual(samples);
});

test('words are timed by the durations that the graph chooses', async () => {
  const engine = await open(await makeVoice());
  const { words, samples } = await speak(engine, { text: 'one three, two.' });
  expect(words.map(({ start, end }) => [start, end])).toEqual([
    [0, 3],
    [4, 9],
    [11, 14],
  ]);
  for (const [i, { startSec, endSec }] of words.entries()) {
    expect(endSec).toBeGreaterThan(startSec);
    expect(startSec).toBeGreaterThanOrEqual(words[i - 1]?.endSec ?? 0);
  }
  expect(words.at(-1)!.endSec).toBeLessThanOrEqual(samples.length / 22_050);
});

test('a speaker is found by name or by number, and one that is not there is refused', async () => {
  const engine = await open(await makeVoice());
  const loudness = async (speaker: string) => {
    const { samples } = await speak(engine, { text: 'hello there', speaker });
    return Math.sqrt(samples.reduce((sum, value) => sum + value ** 2, 0) / samples.length);
  };
  const anna = await loudness('anna');
  expect((await loudness('ben')) / anna).toBeCloseTo(3, 1);
  expect((await loudness('1')) / anna).toBeCloseTo(2, 1);
  await expect(loudness('carl')).rejects.toThrow(
    'has no speaker "carl"; it has anna, ben, or a number from 0 to 2',
  );
  await expect(loudness('3')).rejects.toThrow('has no speaker "3"');
});

test('twice the speed takes about half the time', async () => {
  const engine = await open(await makeVoice());
  const text = 'the quick brown fox jumps over the lazy dog';
  const [normal, fast] = [await speak(engine, { text }), await speak(engine, { text, speed: 2 })];
  expect(fast.samples.length / normal.samples.length).toBeLessThan(0.75);
});

test('what the voice has no sound for is named', async () => {
  const engine = await open(await makeVoice());
  expect((await speak(engine, { text: 'naïve №' })).warnings).toEqual([
    'The voice has no sound for \u0308 №, skipped.',
  ]);
  expect((await speak(engine, { text: '…' })).samples).toHaveLength(0);
});

test('a voice whose graph lacks what its file says is refused with the difference', async () => {
  const modelDir = await makeVoice({ num_speakers: 1, speaker_id_map: {} });
  await expect(openEngine({ modelDir })).rejects.toThrow(
    `${join(modelDir, 'voice.onnx')} does not match its engine: expected no input sid`,
  );
});

test.each([
  [{ phoneme_type: 'pinyin' }, 'phoneme_type "pinyin" is not known here'],
  [{ phoneme_id_map: { a: [1] } }, 'phoneme_id_map has no _'],
  [{ speaker_id_map: { anna: 7 } }, 'speaker_id_map.anna must be below num_speakers (3)'],
  [{ audio: {} }, 'audio.sample_rate must be a number'],
  [
    { phoneme_type: 'espeak', espeak: { voice: '-f/etc/passwd' } },
    'espeak.voice must be a language of espeak-ng',
  ],
])('a voice that says %j is refused by name', async (config, message) => {
  await expect(openEngine({ modelDir: await makeVoice(config) })).rejects.toThrow(message);
});

test('without espeak-ng English is read by our own front end, and another language is refused with the remedy', async () => {
  vi.stubEnv('PATH', '/nonexistent');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const english = await open(await makeVoice({ phoneme_type: 'espeak', espeak: { voice: 'en-us' } }));
  expect((await speak(english, { text: 'Hello there.' })).words).toHaveLength(2);
  const german = await makeVoice({ phoneme_type: 'espeak', espeak: { voice: 'de' } });
  await expect(openEngine({ modelDir: german })).rejects.toThrow('German needs the program espeak-ng');
});

test.skipIf(!isEspeakHere)('with espeak-ng its phonemes are taken (needs espeak-ng)', async () => {
  const german = await open(await makeVoice({ phoneme_type: 'espeak', espeak: { voice: 'de' } }));
  const { words, samples } = await speak(german, { text: 'Das ist ein Test, oder?' });
  expect(words).toHaveLength(5);
  expect(samples.length).toBeGreaterThan(0);
});

test.each(['webgpu', 'cuda', 'coreml'] as const)(
  'on %s it speaks, or says why not and speaks on the processor',
  async (device) => {
    const engine = await openEngine({ modelDir: await makeVoice(), device });
    onTestFinished(() => engine.close());
    if (engine.device === 'cpu') expect(engine.deviceNote).toContain(device);
    else expect([engine.device, engine.deviceNote]).toEqual([device, null]);
    expect((await speak(engine, { text: 'hello' })).samples.length).toBeGreaterThan(0);
  },
);

test.skipIf(!isJoeHere)(
  'a real voice speaks, the same with the same seed',
  { timeout: 300_000 },
  async () => {
    const config = await readFile(join(WEIGHTS, `${JOE}.json`));
    const graph = await readFile(join(WEIGHTS, JOE));
    const modelDir = await makeModelDir(
      { [JOE]: graph, [`${JOE}.json`]: config },
      { engine: 'piper', languages: ['en-US'], sampleRateHz: 22_050, speakers: [] },
    );
    const engine = await open(modelDir);
    const { samples, words, warnings } = await speak(engine, { text: 'Hello there.' });
    expect(warnings).toEqual([]);
    expect(words).toHaveLength(2);
    expect(samples.length / 22_050).toBeGreaterThan(0.4);
    expect((await speak(engine, { text: 'Hello there.' })).samples).toEqual(samples);
    await rm(join(modelDir, 'prepared'), { recursive: true });
  },
);
