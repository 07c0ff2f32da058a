// Gives an engine's speakers the loudness that was asked for: one gain a speaker, from a text that is always the same, so that
// no chunk is louder than the next and the first one can be heard before the last is made.
import { joinSamples } from '../audio/join-samples.ts';
import { limitAhead } from '../audio/limit-ahead.ts';
import { measureLufs } from '../audio/loudness.ts';
import type { ChunkInput, Engine } from '../engine.ts';
import type { ModelManifest } from '../model/manifest.ts';
import { parseBlend } from '../voice/blend.ts';
import { openMeasuredGains } from './measured-gains.ts';
import { getReferenceSentences } from './reference-texts.ts';

/** Taking peaks down makes speech softer, which a little more gain makes up for: this often is near enough. */
const ROUNDS = 4;

/** A speaker is measured when it is first asked for a loudness. */
export async function withLoudness(
  engine: Engine,
  { modelDir, manifest, engineVersion }: { modelDir: string; manifest: ModelManifest; engineVersion: number },
): Promise<Engine> {
  const gains = await openMeasuredGains(modelDir, { manifest, engineVersion });

  async function findGain(
    { speaker, reference, language: asked }: ChunkInput,
    lufs: number,
    signal: AbortSignal,
  ): Promise<number> {
    const known = gains.find(speaker, lufs);
    if (known !== undefined) return known;
    const first = parseBlend(speaker)[0]!.name;
    const language = asked ?? manifest.speakers.find(({ id }) => id === first)?.language ?? 'en';
    const voice = {
      speaker,
      ...(reference !== undefined && { reference }),
      ...(asked !== undefined && { language: asked }),
    };
    const spoken: Float32Array[] = [];
    for (const text of getReferenceSentences(language))
      spoken.push(
        (await engine.synthesize({ text, ...voice, speed: 1, seed: 1, params: {} }, signal)).samples,
      );
    const { sampleRateHz } = engine;
    let gain = 1;
    for (let round = 0; round < ROUNDS; round++) {
      const whole = joinSamples(spoken.map((samples) => amplify(samples.slice(), sampleRateHz, gain)));
      const heard = measureLufs(whole, sampleRateHz);
      if (!Number.isFinite(heard)) throw new Error(`${speaker} made no sound to measure its loudness by`);
      gain *= toFactor(lufs - heard);
    }
    await gains.keep(speaker, lufs, gain);
    return gain;
  }

  return {
    sampleRateHz: engine.sampleRateHz,
    async synthesize(input, signal, listener) {
      const { loudnessLufs } = input;
      if (loudnessLufs === undefined) return engine.synthesize(input, signal, listener);
      // How a part is limited depends on what follows it: none is final before the last.
      const { onProgress } = listener ?? {};
      const audio = await engine.synthesize(input, signal, onProgress && { onProgress });
      if (audio.samples.length === 0) return audio;
      amplify(audio.samples, audio.sampleRateHz, await findGain(input, loudnessLufs, signal));
      return audio;
    },
    close: () => engine.close(),
  };
}

function amplify(samples: Float32Array, sampleRateHz: number, gain: number): Float32Array {
  for (let i = 0; i < samples.length; i++) samples[i]! *= gain;
  limitAhead(samples, sampleRateHz);
  return samples;
}

function toFactor(decibels: number): number {
  return 10 ** (decibels / 20);
}
