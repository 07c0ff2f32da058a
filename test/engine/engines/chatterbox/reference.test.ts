// The engine held against recordings of the reference implementation, on tiny models with the same weights.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { prepareClip } from '../../../../src/engine/engines/chatterbox/clip.ts';
import { STOP_SPEECH } from '../../../../src/engine/engines/chatterbox/constants.ts';
import { generate } from '../../../../src/engine/engines/chatterbox/generate.ts';
import {
  type ChatterboxGraphs,
  openGraphs,
  type Voice,
} from '../../../../src/engine/engines/chatterbox/graphs.ts';
import { makePrompt } from '../../../../src/engine/engines/chatterbox/prompt.ts';
import { makePick, type Pick } from '../../../../src/engine/engines/chatterbox/sampling.ts';
import { openTokenizer } from '../../../../src/engine/engines/chatterbox/tokenizer.ts';
import { readManifest } from '../../../../src/engine/model/manifest.ts';
import {
  CHATTERBOX_FIXTURES,
  type ChatterboxKind,
  CLIP_PATH,
  makeChatterbox,
  readRecording,
} from '../../../helpers/chatterbox-models.ts';

interface Settings {
  temperature: number;
  repetition_penalty: number;
  top_p?: number;
  top_k?: number;
  min_p?: number;
  cfg_weight?: number;
}
interface Recording {
  audioFeatures: Float32Array;
  audioTokens: number[];
  speakerEmbedding: Float32Array;
  /** Every ninth frame. */
  mel: Float32Array;
  exaggeration: number;
  text: string;
  /** Without what the template puts around them for speech. */
  textIds: number[];
  /** Every fifth of the first step's figures, of one row or two. */
  prefillLogits: Float32Array;
  greedy: { settings: Settings; tokens: number[] };
  sampled: { settings: Settings; tokens: number[]; draws: number[] };
  /** Turbo's, where the reference keeps keys and values in half precision; with the same settings and draws. */
  half?: { greedy: number[]; sampled: number[] };
  spoken: number[];
  waveform: Int16Array;
}

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

/** `own`: it has a speech encoder and a decoder that no other of these models has. */
const MODELS: readonly {
  name: string;
  kind: ChatterboxKind;
  half?: boolean;
  own?: boolean;
  tolerance: number;
}[] = [
  { name: 'Turbo', kind: 'turbo', own: true, tolerance: 1e-3 },
  { name: 'Turbo with half-precision caches', kind: 'turbo', half: true, tolerance: 1e-2 },
  { name: 'base', kind: 'base', own: true, tolerance: 1e-3 },
  { name: 'multilingual', kind: 'multilingual', tolerance: 1e-3 },
];

describe.each(MODELS)('$name', ({ kind, half, own, tolerance }) => {
  let opened: Promise<Opened> | undefined;
  const use = () => {
    opened ??= open(kind, half);
    return opened;
  };
  afterAll(async () => (await opened)?.graphs.close());

  if (own)
    test('hears in a clip what the reference hears', async () => {
      const { recording, voice } = await use();
      expect([...voice.tokens]).toEqual(recording.audioTokens);
      expect(findDistance(voice.features, recording.audioFeatures)).toBeLessThan(1e-3);
      expect(findDistance(voice.speaker, recording.speakerEmbedding)).toBeLessThan(1e-3);
      const mel = Float32Array.from(
        recording.mel,
        (_, i) => voice.mel[Math.floor(i / 80) * 9 * 80 + (i % 80)]!,
      );
      expect(findDistance(mel, recording.mel)).toBeLessThan(1e-3);
    });

  if (half !== true)
    test('turns text into the ids of the reference', async () => {
      const { ids, recording } = await use();
      const start = kind === 'turbo' ? 0 : 1;
      expect(ids.slice(start, start + recording.textIds.length)).toEqual(recording.textIds);
      expect(ids.slice(start + recording.textIds.length)).toHaveLength(kind === 'turbo' ? 1 : 2);
    });

  test('gives the figures of the reference for the first token', async () => {
    const { graphs, recording, prompt } = await use();
    expect(graphs.layout.isHalf).toBe(half === true);
    const memory = graphs.createMemory(prompt.rows);
    const rows = await graphs.think(memory, prompt.embeds, prompt.rows);
    const every = rows.flatMap((row) => [...row].filter((_, i) => i % 5 === 0));
    expect(every).toHaveLength(recording.prefillLogits.length);
    expect(findDistance(every, recording.prefillLogits)).toBeLessThan(tolerance);
  });

  test('draws the tokens of the reference for 200 steps where the likeliest is always taken', async () => {
    const { recording, speak } = await use();
    const { settings } = recording.greedy;
    const tokens = half ? recording.half!.greedy : recording.greedy.tokens;
    const take = makePick(kind === 'turbo' ? 'turbo' : 'guided', readSettings(settings), () => 0);
    // As it was recorded: speech never ends, and of the figures behind all steps the highest counts.
    const pick: Pick = (logits, heard) => {
      take(logits, heard);
      logits[STOP_SPEECH] = -Infinity;
      return logits.indexOf(Math.max(...logits));
    };
    expect(tokens).toHaveLength(200);
    expect((await speak(pick, settings, tokens.length)).tokens).toEqual(tokens);
  });

  test('draws the tokens of the reference with its random numbers', async () => {
    const { recording, speak } = await use();
    const { settings, draws } = recording.sampled;
    const tokens = half ? recording.half!.sampled : recording.sampled.tokens;
    let drawn = 0;
    const pick = makePick(
      kind === 'turbo' ? 'turbo' : 'guided',
      readSettings(settings),
      () => draws[drawn++]!,
    );
    expect(await speak(pick, settings, 400)).toEqual({ tokens, end: 'stop' });
    expect(drawn).toBe(draws.length);
  });

  if (own)
    test('makes the sound of the reference', async () => {
      const { graphs, recording, voice } = await use();
      const samples = await graphs.decode(voice, recording.spoken);
      expect(samples.length).toBe(recording.spoken.length * 960);
      const recorded = Float32Array.from(recording.waveform, (word) => word / 32_767);
      expect(Math.max(...recorded.map(Math.abs))).toBeGreaterThan(0.01);
      expect(findDistance(samples, recorded)).toBeLessThan(1e-3);
    });
});

interface Opened {
  graphs: ChatterboxGraphs;
  recording: Recording;
  voice: Voice;
  ids: number[];
  prompt: Awaited<ReturnType<typeof makePrompt>>;
  speak(pick: Pick, settings: Settings, most: number): ReturnType<typeof generate>;
}

async function open(kind: ChatterboxKind, half: boolean | undefined): Promise<Opened> {
  const name = 'onnx/language_model.onnx';
  const replace = half && { [name]: join(CHATTERBOX_FIXTURES, 'turbo/onnx/language_model_fp16.onnx') };
  const dir = await makeChatterbox(kind, replace ? { replace } : {});
  dirs.push(dir);
  const manifest = await readManifest(dir);
  const graphs = await openGraphs({ modelDir: dir, manifest, threads: 1, device: 'cpu' });
  const recording = (await readRecording(kind)) as unknown as Recording;
  const voice = await graphs.hear(await prepareClip(CLIP_PATH, graphs.layout));
  const prefix = kind === 'multilingual' ? '[de]' : '';
  // Capital and full stop as `normalisePunctuation` makes them; the multilingual one reads small letters.
  const sentence =
    kind === 'multilingual' ? recording.text : recording.text.replace(/^./, (letter) => letter.toUpperCase());
  const ids = (await openTokenizer(dir)).encode(`${prefix}${sentence}.`);
  const { exaggeration } = recording;
  const prompt = await makePrompt(graphs, {
    features: voice.features,
    ids,
    exaggeration,
    isGuided: kind !== 'turbo',
  });
  const speak = (pick: Pick, settings: Settings, most: number) =>
    generate(graphs, {
      prompt,
      pick,
      guidance: settings.cfg_weight ?? 0,
      exaggeration,
      kept: [],
      most,
      signal: new AbortController().signal,
    });
  return { graphs, recording, voice, ids, prompt, speak };
}

function readSettings(settings: Settings) {
  return {
    temperature: settings.temperature,
    repetitionPenalty: settings.repetition_penalty,
    ...(settings.top_p !== undefined && { topP: settings.top_p }),
    ...(settings.top_k !== undefined && { topK: settings.top_k }),
    ...(settings.min_p !== undefined && { minP: settings.min_p }),
  };
}

function findDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}
