// What a client of OpenAI's speech API, or of Kokoro-FastAPI, sends, turned into a job request of ours; what has no place in one
// is told as a warning.
import type { JobRequest } from '../../api/job.ts';
import type { SpeechBody } from '../../api/openai.ts';
import type { VoiceRegistry } from '../../engine/voice/registry.ts';

/** Kokoro's one-letter names of languages. */
const KOKORO_LANGUAGES: Record<string, string> = {
  a: 'en-US',
  b: 'en-GB',
  e: 'es',
  f: 'fr',
  h: 'hi',
  i: 'it',
  j: 'ja',
  p: 'pt-BR',
  z: 'zh',
};

export interface SpeechRequest {
  wanted: JobRequest;
  warnings: string[];
}

export function toSpeechRequest(
  body: SpeechBody,
  { models, voices }: { models: ReadonlyMap<string, unknown>; voices: VoiceRegistry },
): SpeechRequest {
  const warnings: string[] = [];
  const name = typeof body.voice === 'string' ? body.voice : body.voice?.id;
  const voice = name?.includes('+') ? chooseFromBlend(name, voices, warnings) : name;
  const isKnownModel = body.model != null && models.has(body.model);
  if (body.instructions?.trim())
    warnings.push('No model here has a use for instructions; they were ignored.');
  if (body.volume_multiplier != null && body.volume_multiplier !== 1) {
    warnings.push('volume_multiplier is not supported; it was ignored.');
  }
  if (body.normalization_options?.normalize === false) {
    warnings.push('Text is always normalised; normalization_options was ignored.');
  }
  if (body.return_download_link === true) {
    warnings.push('return_download_link was ignored; the file is at /tts/<X-Job-Id>/result.');
  }
  return {
    warnings,
    wanted: {
      text: body.input,
      format: body.response_format ?? 'mp3',
      ...(voice ? { voice } : {}),
      ...(isKnownModel ? { model: body.model! } : {}),
      ...(body.lang_code ? { language: KOKORO_LANGUAGES[body.lang_code] ?? body.lang_code } : {}),
      ...(typeof body.speed === 'number' ? { speed: body.speed } : {}),
      ...(typeof body.loudness === 'number' ? { loudness: body.loudness } : {}),
      ...(typeof body.seed === 'number' ? { seed: body.seed } : {}),
    },
  };
}

/** `af_bella(2)+af_sky(1)` mixes voices in Kokoro-FastAPI; where the model cannot mix them the heaviest of those that are known speaks. */
function chooseFromBlend(blend: string, voices: VoiceRegistry, warnings: string[]): string {
  const parts = blend
    .split('+')
    .map((part) => /^\s*(.*?)\s*(?:\(([\d.]+)\))?\s*$/.exec(part)!)
    .map(([, name, weight]) => ({ name: name!, weight: Number(weight ?? 1) }))
    .sort((a, b) => b.weight - a.weight);
  const mixed = parts.map(({ name, weight }) => `${name}*${weight}`).join('+');
  if (isKnown(mixed, voices)) return mixed;
  const chosen = parts.find(({ name }) => isKnown(name, voices));
  if (chosen === undefined) return blend;
  warnings.push(`Voices are not mixed here; of ${blend.slice(0, 100)}, ${chosen.name} speaks.`);
  return chosen.name;
}

function isKnown(name: string, voices: VoiceRegistry): boolean {
  try {
    return voices.resolve(name) !== undefined;
  } catch {
    return false;
  }
}
