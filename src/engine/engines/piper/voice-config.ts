// What a Piper voice says of itself in its `.onnx.json`.
import { readFile } from 'node:fs/promises';

export interface PiperConfig {
  sampleRateHz: number;
  /** Samples of one step of the durations. */
  hopSamples: number;
  /** How the ids are made: from IPA, or letter by letter. */
  phonemeType: 'espeak' | 'text';
  /** espeak-ng's name for the language. */
  espeakVoice: string;
  /** How much the sound varies, from 0. */
  noiseScale: number;
  /** How slowly it speaks; 1 is as trained. */
  lengthScale: number;
  /** How much the rhythm varies, from 0. */
  noiseW: number;
  phonemeIds: ReadonlyMap<string, readonly number[]>;
  speakers: number;
  /** Numbers of the speakers that have names. */
  speakerIds: ReadonlyMap<string, number>;
}

const HOP_SAMPLES = 256;
const ESPEAK_VOICE = /^[a-z]{2,3}(?:-[a-z0-9]+)*$/i;

/** Throws naming the file and the field that is wrong. */
export async function readPiperConfig(path: string): Promise<PiperConfig> {
  try {
    return parsePiperConfig(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${path}: ${(cause as Error).message}. Reinstall the voice.`, { cause });
  }
}

/** Throws naming the field that is wrong; unknown fields are ignored. */
export function parsePiperConfig(json: unknown): PiperConfig {
  const config = expectObject(json, 'the file');
  const inference = expectObject(config.inference ?? {}, 'inference');
  const audio = expectObject(config.audio, 'audio');
  const espeak = expectObject(config.espeak ?? {}, 'espeak');
  const phonemeType = config.phoneme_type ?? 'espeak';
  if (phonemeType !== 'espeak' && phonemeType !== 'text')
    throw new Error(
      `phoneme_type ${JSON.stringify(phonemeType)} is not known here, only "espeak" and "text" are`,
    );
  const speakers = config.num_speakers === undefined ? 1 : expectCount(config.num_speakers, 'num_speakers');
  return {
    sampleRateHz: expectCount(audio.sample_rate, 'audio.sample_rate'),
    hopSamples: config.hop_length === undefined ? HOP_SAMPLES : expectCount(config.hop_length, 'hop_length'),
    phonemeType,
    espeakVoice: phonemeType === 'text' ? '' : expectVoice(espeak.voice),
    noiseScale: expectFrom0(inference.noise_scale ?? 0.667, 'inference.noise_scale'),
    lengthScale: expectFrom0(inference.length_scale ?? 1, 'inference.length_scale'),
    noiseW: expectFrom0(inference.noise_w ?? 0.8, 'inference.noise_w'),
    phonemeIds: parsePhonemeIds(config.phoneme_id_map),
    speakers,
    speakerIds: new Map(
      Object.entries(expectObject(config.speaker_id_map ?? {}, 'speaker_id_map')).map(([name, id]) => {
        const number = expectFrom0(id, `speaker_id_map.${name}`);
        if (!Number.isInteger(number) || number >= speakers)
          throw new Error(`speaker_id_map.${name} must be below num_speakers (${speakers})`);
        return [name, number] as const;
      }),
    ),
  };
}

function parsePhonemeIds(json: unknown): Map<string, number[]> {
  const map = new Map(
    Object.entries(expectObject(json, 'phoneme_id_map')).map(([phoneme, ids]) => {
      const field = `phoneme_id_map.${phoneme}`;
      const list = Array.isArray(ids) ? ids : [ids];
      return [phoneme, list.map((id) => expectFrom0(id, field))] as const;
    }),
  );
  for (const needed of ['_', '^', '$'])
    if (!map.has(needed)) throw new Error(`phoneme_id_map has no ${needed}, which every text needs`);
  return map;
}

function expectObject(json: unknown, field: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Error(`${field} must be an object`);
  return json as Record<string, unknown>;
}

function expectVoice(json: unknown): string {
  if (typeof json === 'string' && ESPEAK_VOICE.test(json)) return json;
  throw new Error('espeak.voice must be a language of espeak-ng, such as "de"');
}

function expectFrom0(json: unknown, field: string): number {
  if (typeof json !== 'number' || !Number.isFinite(json) || json < 0)
    throw new Error(`${field} must be a number from 0`);
  return json;
}

function expectCount(json: unknown, field: string): number {
  const number = expectFrom0(json, field);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${field} must be a whole number above 0`);
  return number;
}
