// Chatterbox: text to ids, ids to tokens of speech one by one, tokens to samples, in the voice of a clip.
import { setImmediate as takeBreak } from 'node:timers/promises';
import { joinSamples } from '../../audio/join-samples.ts';
import { createStretcher } from '../../audio/stretch.ts';
import { createTrimmer } from '../../audio/trim-as-it-comes.ts';
import type { ChunkAudio, ChunkInput, ChunkListener, Engine } from '../../engine.ts';
import type { Device } from '../../model/device.ts';
import type { ModelManifest } from '../../model/manifest.ts';
import { getBaseLanguage } from '../../text/base-language.ts';
import { type Family, FIRST_SILENT_ID, SAMPLE_RATE_HZ } from './constants.ts';
import { createDecoder } from './decode.ts';
import { seedDraws } from './draws.ts';
import { countMostTokens, findFailure, guessTokens } from './failures.ts';
import { generate } from './generate.ts';
import { openGraphs } from './graphs.ts';
import { openLanguages, type PreparedText } from './prepare-language.ts';
import { makePrompt } from './prompt.ts';
import { normalisePunctuation } from './punctuation.ts';
import { makePick, type SamplingSettings } from './sampling.ts';
import { timeWordsByLetters } from './time-words.ts';
import { openTokenizer } from './tokenizer.ts';
import { findFault, openVoices } from './voices.ts';

/** How often what goes wrong is drawn again. */
const MOST_REDRAWS = 2;
/** Apart from the seeds that users give, so that a redraw is no neighbour's first try. */
const REDRAW_STEP = 0x9e3779b1;
/** Progress while tokens are drawn; the rest is decoding. */
const DRAWN_SHARE = 0.9;
/** The reference's, which the manifest may change. */
const DEFAULTS = {
  temperature: 0.8,
  repetition_penalty: 1.2,
  cfg_weight: 0.5,
  exaggeration: 0.5,
  min_p: 0.05,
  top_p: { turbo: 0.95, base: 1, multilingual: 1 },
  top_k: 1000,
} as const;

export interface ChatterboxOptions {
  modelDir: string;
  manifest: ModelManifest;
  engineVersion: number;
  /** Threads of one graph run, at least 1. */
  threads: number;
  device: Device;
  /** Where it keeps what it heard in clips; left out: nowhere. */
  cacheDir?: string;
}

export async function createChatterbox({
  modelDir,
  manifest,
  engineVersion,
  threads,
  device,
  cacheDir,
}: ChatterboxOptions): Promise<Engine> {
  const tokenizer = await openTokenizer(modelDir);
  const graphs = await openGraphs({ modelDir, manifest, threads, device });
  const { layout } = graphs;
  const family: Family = layout.isTurbo ? 'turbo' : tokenizer.hasToken('[en]') ? 'multilingual' : 'base';
  const findVoice = openVoices(graphs, { modelDir, manifest, engineVersion, cacheDir });
  const prepareLanguage = openLanguages(modelDir, Object.keys(manifest.files));

  async function prepareText(original: string, language: string): Promise<PreparedText> {
    const text = normalisePunctuation(original, family);
    if (family !== 'multilingual') return { text, warnings: [] };
    if (!tokenizer.hasToken(`[${language}]`))
      throw new Error(
        `${manifest.name} does not read ${JSON.stringify(language)}. It reads ${manifest.languages.join(', ')}.`,
      );
    const prepared = await prepareLanguage(text, language);
    return { ...prepared, text: `[${language}]${prepared.text}` };
  }

  async function synthesize(
    input: ChunkInput,
    signal: AbortSignal,
    listener: ChunkListener = {},
  ): Promise<ChunkAudio> {
    // A run of a graph cannot be broken off: before each long one, news that came during the last is let in.
    const heed = async () => {
      await takeBreak();
      signal.throwIfAborted();
    };
    await heed();
    const { params, seed, reference, speed } = input;
    const language = findLanguage(input, manifest);
    const { text, warnings } = await prepareText(input.text, language);
    const notes = [...warnings];
    const voice = await findVoice(reference);
    const fault = reference && findFault(voice, layout);
    if (fault !== undefined) notes.push(fault);

    const exaggeration = params.exaggeration ?? DEFAULTS.exaggeration;
    let guidance = layout.isTurbo ? 0 : (params.cfg_weight ?? DEFAULTS.cfg_weight);
    if (guidance > 0 && graphs.textTable === undefined) {
      notes.push(
        'This export of the model keeps its table of text where it cannot be read: cfg_weight counts as 0.',
      );
      guidance = 0;
    }
    const prompt = await makePrompt(graphs, {
      features: voice.features,
      ids: tokenizer.encode(text),
      exaggeration,
      isGuided: guidance > 0,
    });
    const settings = readSettings(params, family);
    const decoder = createDecoder(graphs, voice, { family, heed });
    const sound = collectSound(speed, listener);
    const mostTokens = countMostTokens(text);
    const expected = Math.min(guessTokens(text), mostTokens);

    let tokens: number[] = [];
    for (let redraws = 0; ; redraws++) {
      await heed();
      const generated = await generate(graphs, {
        prompt,
        pick: makePick(
          layout.isTurbo ? 'turbo' : 'guided',
          settings,
          seedDraws(seed + redraws * REDRAW_STEP),
        ),
        guidance,
        exaggeration,
        kept: tokens,
        most: mostTokens,
        signal,
        async watch(drawn) {
          listener.onProgress?.(DRAWN_SHARE * Math.min(1, drawn.length / expected));
          const failure = findFailure(drawn);
          if (failure !== undefined) return failure;
          const part = await decoder.offer(drawn);
          if (part !== undefined) sound.add(part);
          return undefined;
        },
      });
      const failure = generated.end === 'limit' ? 'runs on' : generated.end;
      tokens = generated.tokens;
      if (failure === 'stop') break;
      if (redraws === MOST_REDRAWS) {
        notes.push(
          `The speech ${failure} after ${MOST_REDRAWS} further tries too; give this text another seed.`,
        );
        break;
      }
      notes.push(`The speech went wrong (it ${failure}) and was drawn again.`);
      // What was given out stays as it is.
      tokens = tokens.slice(0, decoder.sure);
    }
    if (tokens.some((token) => token < FIRST_SILENT_ID)) sound.add(await decoder.finish(tokens));
    const samples = sound.finish();
    listener.onProgress?.(1);
    if (samples.length === 0) notes.push('The model made no sound of this text.');
    const durationSec = samples.length / SAMPLE_RATE_HZ;
    return {
      samples,
      sampleRateHz: SAMPLE_RATE_HZ,
      words: timeWordsByLetters(input.text, { durationSec, language }),
      warnings: notes,
    };
  }

  return { sampleRateHz: SAMPLE_RATE_HZ, synthesize, close: () => graphs.close() };
}

function readSettings(params: Readonly<Record<string, number>>, family: Family): SamplingSettings {
  const shared = {
    temperature: params.temperature ?? DEFAULTS.temperature,
    repetitionPenalty: params.repetition_penalty ?? DEFAULTS.repetition_penalty,
    topP: params.top_p ?? DEFAULTS.top_p[family],
  };
  return family === 'turbo'
    ? { ...shared, topK: params.top_k ?? DEFAULTS.top_k }
    : { ...shared, minP: params.min_p ?? DEFAULTS.min_p };
}

/** As the model's tokens name it. */
function findLanguage({ language, speaker }: ChunkInput, { speakers, languages }: ModelManifest): string {
  const tag = language ?? speakers.find(({ id }) => id === speaker)?.language ?? languages[0] ?? 'en';
  const base = getBaseLanguage(tag);
  return base === 'nb' || base === 'nn' ? 'no' : base;
}

/** Trims, stretches and gives out what comes, and keeps it. */
function collectSound(
  speed: number,
  { onPart }: ChunkListener,
): { add(samples: Float32Array): void; finish(): Float32Array } {
  const trimmer = createTrimmer(SAMPLE_RATE_HZ);
  const stretcher = speed === 1 ? undefined : createStretcher({ sampleRateHz: SAMPLE_RATE_HZ, speed });
  const parts: Float32Array[] = [];
  const give = (part: Float32Array) => {
    if (part.length === 0) return;
    parts.push(part);
    onPart?.(part);
  };
  return {
    add(samples) {
      const sure = trimmer.push(samples);
      give(stretcher?.push(sure) ?? sure);
    },
    finish() {
      const rest = trimmer.finish();
      give(stretcher?.push(rest) ?? rest);
      if (stretcher !== undefined) give(stretcher.finish());
      return joinSamples(parts);
    },
  };
}
