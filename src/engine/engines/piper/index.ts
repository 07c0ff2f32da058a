// Piper: text to phonemes as the voice's own file wants them, a sentence at a time to samples.
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createPieceJoiner } from '../../audio/join-pieces.ts';
import { seedNoise } from '../../audio/noise.ts';
import { type TimedPhoneme, timeWords } from '../../audio/word-timings.ts';
import type { ChunkAudio, ChunkInput, Engine } from '../../engine.ts';
import type { Device } from '../../model/device.ts';
import { findGraph } from '../../model/find-graph.ts';
import type { ModelManifest } from '../../model/manifest.ts';
import { openPrepared } from '../../model/prepared.ts';
import { Tensor } from '../../model/session.ts';
import type { Phonemizer } from '../../text/phonemizer.ts';
import { openFrontEnd } from './front-end.ts';
import { DURATIONS_OUTPUT, NOISE_INPUTS, PIPER_RECIPE } from './prepare-graph.ts';
import { cutRuns } from './runs.ts';
import { makeIds } from './speak-ids.ts';
import { type PiperConfig, readPiperConfig } from './voice-config.ts';

/** 192 values of each step, 16 s of speech; a longer run hears its noise again. */
const NOISE_VALUES = 2 ** 18;
/** Values that the durations draw for each id. */
const DURATION_NOISE_VALUES = 2;

export interface PiperOptions {
  modelDir: string;
  manifest: ModelManifest;
  /** Threads of one graph run, at least 1. */
  threads: number;
  device: Device;
  openEnglish: () => Promise<Phonemizer>;
}

export async function createPiper({
  modelDir,
  manifest,
  threads,
  device,
  openEnglish,
}: PiperOptions): Promise<Engine> {
  const file = findGraph(modelDir, manifest);
  const config = await readPiperConfig(join(modelDir, `${file}.json`));
  const { sampleRateHz, hopSamples } = config;
  const phonemizer = await openFrontEnd(config, openEnglish);
  const contract = {
    inputs: ['input', 'input_lengths', 'scales', ...(config.speakers > 1 ? ['sid'] : [])],
    optionalInputs: NOISE_INPUTS,
    outputs: ['output'],
  };
  const session = await openPrepared({ modelDir, manifest, file }, contract, {
    recipe: PIPER_RECIPE,
    threads,
    device,
  });
  const noiseInputs = NOISE_INPUTS.filter((name) => session.inputNames.includes(name));
  const tellsDurations = session.outputNames.includes(DURATIONS_OUTPUT);
  const noise = new Float32Array(NOISE_VALUES);

  async function synthesize(input: ChunkInput, signal: AbortSignal): Promise<ChunkAudio> {
    signal.throwIfAborted();
    const { text, speed, seed, params, nextText } = input;
    const sid = findSpeaker(input.speaker, config, modelDir);
    const scales = Float32Array.of(
      params.noise_scale ?? config.noiseScale,
      config.lengthScale / speed,
      params.noise_w ?? config.noiseW,
    );
    const { phonemes, words, warnings } = await phonemizer.phonemize(text);
    if (nextText !== undefined) phonemizer.readAhead?.(nextText);
    const letters = spell(phonemes);
    const unknown = new Set<string>();
    const timed: TimedPhoneme[] = [];
    const joiner = createPieceJoiner(sampleRateHz);
    const fillNoise = seedNoise(seed);
    for (const run of cutRuns(letters.map(({ phoneme }) => phoneme))) {
      // A run blocks the thread, so only between two runs can news of an abort arrive.
      await setImmediate();
      signal.throwIfAborted();
      const spelled = makeIds(letters.slice(run.start, run.end), config);
      for (const phoneme of spelled.unknown) unknown.add(phoneme);
      const { ids, ranges } = spelled;
      if (ranges.length === 0) continue;
      fillNoise(noise);
      // Where it draws twice, the durations come first.
      const share = noiseInputs.length > 1 ? DURATION_NOISE_VALUES * ids.length : NOISE_VALUES;
      const shares = [noise.subarray(0, share), noise.subarray(share)];
      const outputs = await session.run({
        input: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
        input_lengths: new Tensor('int64', BigInt64Array.of(BigInt(ids.length)), [1]),
        scales: new Tensor('float32', scales, [3]),
        ...(config.speakers > 1 && { sid: new Tensor('int64', BigInt64Array.of(BigInt(sid)), [1]) }),
        ...Object.fromEntries(
          noiseInputs.map((name, i) => {
            const values = shares[i]!;
            return [name, new Tensor('float32', values, [values.length])];
          }),
        ),
      });
      const originSample = joiner.add(outputs.output!.data as Float32Array, run.pauseSec / speed);
      if (tellsDurations)
        timed.push(
          ...timeRanges(ranges, outputs[DURATIONS_OUTPUT]!.data as Float32Array, {
            originSample,
            hopSamples,
          }),
        );
    }
    signal.throwIfAborted();
    const notes = [...warnings];
    if (unknown.size > 0) notes.push(`The voice has no sound for ${[...unknown].join(' ')}, skipped.`);
    const samples = joiner.join();
    if (samples.length === 0 && notes.length === 0) notes.push('There is nothing to speak in this text.');
    return {
      samples,
      sampleRateHz,
      words: timeWords(words, timed, { lengthSamples: samples.length, sampleRateHz }),
      warnings: notes,
    };
  }

  return {
    sampleRateHz,
    synthesize,
    async close() {
      await session.release();
      await phonemizer.close();
    },
  };
}

/** By name or number. A voice with one speaker is that speaker, whatever it is called. */
function findSpeaker(speaker: string, { speakers, speakerIds }: PiperConfig, modelDir: string): number {
  if (speakers === 1) return 0;
  const id = speakerIds.get(speaker) ?? (/^\d{1,5}$/.test(speaker) ? Number(speaker) : undefined);
  if (id !== undefined && id < speakers) return id;
  const names = speakerIds.size > 0 ? `${[...speakerIds.keys()].slice(0, 8).join(', ')}, or ` : '';
  throw new Error(
    `The model in ${modelDir} has no speaker ${JSON.stringify(speaker.slice(0, 40))}; it has ${names}a number from 0 to ${speakers - 1}`,
  );
}

/** Decomposed, so that a letter and its accents are found each on its own. */
function spell(phonemes: string): { phoneme: string; offset: number }[] {
  const letters: { phoneme: string; offset: number }[] = [];
  let offset = 0;
  for (const character of phonemes) {
    for (const phoneme of character.normalize('NFD')) letters.push({ phoneme, offset });
    offset += character.length;
  }
  return letters;
}

function timeRanges(
  ranges: readonly { offset: number; from: number; to: number }[],
  durations: Float32Array,
  { originSample, hopSamples }: { originSample: number; hopSamples: number },
): TimedPhoneme[] {
  const starts = [0];
  for (const steps of durations) starts.push(starts.at(-1)! + steps);
  const toSample = (id: number) => originSample + Math.round(starts[id]! * hopSamples);
  return ranges.map(({ offset, from, to }) => ({
    offset,
    startSample: toSample(from),
    endSample: toSample(to),
  }));
}
