// Turns what a client sent into a new job: text checked, voice found, numbers clamped, every default filled in, the seed drawn.
import { createHash, randomInt, randomUUID } from 'node:crypto';
import { CLAMPED_RANGES } from '../../api/clamped-ranges.ts';
import { invalidField, TtsError } from '../../api/errors.ts';
import type { AudioFormat, JobClass, JobRequest } from '../../api/job.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import { getBaseLanguage } from '../../engine/text/base-language.ts';
import { ESPEAK_IS_MISSING, findEspeak } from '../../engine/text/espeak/find-espeak.ts';
import { findClipHash } from '../../engine/voice/clip-speaker.ts';
import { nameWithModel } from '../../engine/voice/model-voices.ts';
import type { ResolvedVoice, VoiceRegistry } from '../../engine/voice/registry.ts';
import type { Config } from '../config.ts';
import type { Lexicon } from '../lexicon/lexicon-file.ts';
import { acceptText } from './accept-text.ts';
import { CLONER_REMEDY, checkClip } from './check-clip.ts';
import type { NewJob } from './job.ts';

const PREVIEW_CHARS = 80;
const MAX_SEED = 2 ** 31 - 1;
const PARAMETERS = [
  'temperature',
  'exaggeration',
  'cfg_weight',
  'top_p',
  'min_p',
  'repetition_penalty',
] as const;

export interface AcceptContext {
  config: Config;
  /** What can be made here. */
  formats: readonly AudioFormat[];
  voices: VoiceRegistry;
  lexicon: Lexicon;
  models: ReadonlyMap<string, { info: ModelInfo }>;
}

/** What the route knows of the client's wish beside the request itself. */
export interface Intent {
  /** For a request that names no class. */
  class: JobClass;
  /** Somebody listens from the first chunk on. Left out, it follows from the class. */
  quickStart?: boolean;
  /** What the route has to tell about the request. */
  warnings?: readonly string[];
  /** Whose a job with this label is. */
  nameSubmitter: (label: string | undefined) => string;
}

/** A job ready for the store, and which numbers had to be changed (`cfg_weight=1`). */
export interface Accepted {
  job: NewJob;
  adjusted: string[];
}

/**
 * Throws `invalid_request`, `voice_not_found`, `model_not_found`, `format_unavailable`, or why a clip cannot be cloned, naming the
 * field.
 */
export function acceptJob(
  request: JobRequest,
  intent: Intent,
  { config, formats, voices, lexicon, models }: AcceptContext,
): Accepted {
  const warnings: string[] = [...(intent.warnings ?? [])];
  const adjusted: string[] = [];
  const { generation_defaults: generation, audio_output } = config;
  const loudness = request.loudness ?? audio_output.loudness;
  const clamp = (name: string, value: number, { min, max }: { min: number; max: number }) => {
    if (!Number.isFinite(value))
      throw invalidField(name, `expected a number from ${min} to ${max}, got ${value}`);
    const clamped = Math.min(Math.max(value, min), max);
    if (clamped !== value) {
      warnings.push(`${name} ${value} is outside ${min} to ${max}; ${clamped} was used.`);
      adjusted.push(`${name}=${clamped}`);
    }
    return clamped;
  };

  checkText(request.text, config.job_queue.max_text_chars);
  const asked = resolveVoice(
    request,
    config.tts_engine.default_voice_id || voices.defaultVoice.id,
    voices,
    models,
  );
  const { voice, own } = asked;
  if (asked.alias !== null) warnings.push(`The voice ${asked.alias} is spoken by ${voice.id} here.`);
  if (own !== null && own.clip !== null && findClipHash(voice.speaker) === undefined)
    warnings.push(
      `No model here can clone a voice from a clip: ${own.name} is spoken by ${own.based_on}. Get one that can: ${CLONER_REMEDY}`,
    );
  const model = findModel(request.model ?? voice.model, models, voice.model);
  checkClip(asked, model);
  const reading = acceptText(request.text, { model, language: request.language, voices, lexicon });
  warnings.push(...reading.warnings);
  const format = request.format ?? config.audio_output.format;
  checkFormat(format, formats);
  checkLanguage(request.language, model);
  const language =
    request.language || (isSame(generation.language, voice.language) ? generation.language : voice.language);
  if (!isSame(language, voice.language))
    warnings.push(
      `The voice ${voice.id} speaks ${voice.language}; the text is read as that, not as ${language}.`,
    );

  for (const speaker of [voice, ...Object.values(reading.speakers)]) checkReadable(speaker.language, model);

  const params: Record<string, number> = {};
  const { temperature, exaggeration, cfg_weight } = generation;
  const configured: Partial<Record<string, number>> = { temperature, exaggeration, cfg_weight };
  const ofVoice: Partial<Record<string, number>> = own?.defaults ?? {};
  for (const name of PARAMETERS) {
    const value = request[name] ?? ofVoice[name];
    const range = model.manifest.parameters[name];
    if (range !== undefined) params[name] = clamp(name, value ?? configured[name] ?? range.default, range);
    else if (value !== undefined) {
      const documented: Partial<Record<string, { min: number; max: number }>> = CLAMPED_RANGES;
      if (documented[name] !== undefined) clamp(name, value, documented[name]);
      warnings.push(`Model ${model.id} has no ${name}; it was ignored.`);
    }
  }

  return {
    adjusted,
    job: {
      id: randomUUID(),
      class: request.class ?? intent.class,
      priority: request.priority ?? 0,
      label: request.label ?? null,
      submitter: intent.nameSubmitter(request.label),
      text: request.text,
      textPreview: preview(request.text),
      warnings,
      notBefore: request.not_before === undefined ? null : Date.parse(request.not_before),
      idempotency:
        request.idempotency_key === undefined
          ? null
          : { key: request.idempotency_key, fingerprint: fingerprint(request) },
      spec: {
        voice: voice.id,
        model: model.id,
        language,
        format,
        splitText: request.split_text ?? true,
        quickStart: intent.quickStart ?? (request.class ?? intent.class) === 'interactive',
        chunkSize: request.chunk_size ?? generation.chunk_size,
        speed: clamp(
          'speed_factor',
          request.speed ?? own?.defaults.speed ?? generation.speed_factor,
          CLAMPED_RANGES.speed_factor,
        ),
        // 0: as loud as the voice is.
        ...(loudness !== 0 && { loudness: clamp('loudness', loudness, CLAMPED_RANGES.loudness) }),
        seed: drawSeed(request.seed ?? generation.seed),
        params,
        speakers: { ...reading.speakers, [voice.id]: { speaker: voice.speaker, language: voice.language } },
        ...(reading.pronunciations.length > 0 && { pronunciations: reading.pronunciations }),
      },
    },
  };
}

/** The same request in another order of fields is the same request. */
function fingerprint({ idempotency_key: _, ...request }: JobRequest): string {
  const sorted = Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

/** Throws `format_unavailable` with what there is instead. */
export function checkFormat(format: AudioFormat, formats: readonly AudioFormat[]): void {
  if (formats.includes(format)) return;
  const others = formats.filter((known) => known !== 'pcm').join(', ');
  const message = `${format} needs ffmpeg, and the daemon finds none on its PATH. Install ffmpeg and restart ttsd, or use one of ${others}`;
  throw new TtsError('format_unavailable', `output_format: ${message}.`, {
    fields: [{ loc: ['body', 'output_format'], msg: message, type: 'value_error' }],
  });
}

function checkText(text: string, maxChars: number): void {
  if (text.length > maxChars) {
    throw invalidField(
      'text',
      `has ${text.length} characters, at most ${maxChars} are taken; divide it into several jobs`,
    );
  }
  if (!/\S/u.test(text)) throw invalidField('text', 'is empty or only white space; send something to speak');
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    throw invalidField(
      'text',
      `holds a NUL character at position ${nul}; is it UTF-16 or a binary file? Send plain UTF-8 text`,
    );
  }
  if (!text.isWellFormed()) {
    const at = findLoneSurrogate(text);
    const code = text.charCodeAt(at).toString(16).toUpperCase();
    throw invalidField(
      'text',
      `holds half of a surrogate pair (U+${code}) at position ${at}; an emoji was probably cut in two. Send valid Unicode`,
    );
  }
}

function findLoneSurrogate(text: string): number {
  return text.search(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/);
}

/**
 * Who asks for a model and no voice gets its first one. A voice that several models have is spoken by the one asked for, and of
 * two voices of one name that model's is meant.
 */
function resolveVoice(
  request: JobRequest,
  standard: string,
  voices: VoiceRegistry,
  models: AcceptContext['models'],
): ResolvedVoice {
  const wish = { model: request.model, language: request.language };
  if (request.clone !== undefined) return resolveClone(request.clone, { request, voices, models });
  const model = request.model === undefined ? undefined : models.get(request.model)?.info;
  const isStandard = model === undefined || voices.resolve(standard).voice.model === model.id;
  const asked = voices.resolve(
    request.voice || (isStandard ? standard : (model.speakers[0]?.id ?? standard)),
    wish,
  );
  if (model === undefined || asked.voice.model === model.id || asked.own !== null) return asked;
  const shared = model.speakers.find(({ id }) => id === asked.voice.speaker);
  if (shared) return { ...asked, voice: { ...asked.voice, model: model.id, language: shared.language } };
  const namesake = model.speakers.find(({ id }) => id.toLowerCase() === asked.voice.id.toLowerCase());
  return namesake ? voices.resolve(nameWithModel(namesake.id, model.id)) : asked;
}

/** Whoever asks for a likeness gets that or an error, no stand-in. */
function resolveClone(
  name: string,
  {
    request,
    voices,
    models,
  }: { request: JobRequest; voices: VoiceRegistry; models: AcceptContext['models'] },
): ResolvedVoice {
  if (request.voice !== undefined)
    throw invalidField('clone', 'voice and clone exclude each other; name the one that is to speak');
  const found = voices.resolveClip(name, { model: request.model, language: request.language });
  const clip = JSON.stringify(name.slice(0, 100));
  if (found === undefined)
    throw new TtsError(
      'reference_not_found',
      `There is no reference clip ${clip}. Upload it to /upload_reference, or: tts voices add FILE; /get_reference_files and tts voices list those that are here.`,
    );
  const { voice } = found;
  if (findClipHash(voice.speaker) === undefined)
    throw new TtsError(
      'cloning_unavailable',
      `The reference clip ${clip} is here, but no installed model can clone a voice. Get one that can: ${CLONER_REMEDY}`,
    );
  if (request.model !== undefined && models.has(request.model) && voice.model !== request.model)
    throw invalidField('model', `${request.model} cannot clone a voice; ${voice.model} can: leave model out`);
  return found;
}

function findModel(name: string, models: AcceptContext['models'], ofVoice: string): ModelInfo {
  const found = models.get(name);
  if (found === undefined) {
    throw new TtsError(
      'model_not_found',
      `There is no model ${JSON.stringify(name.slice(0, 100))} here. Here are ${[...models.keys()].join(', ')}; others come with: tts models pull NAME (see: tts models)`,
    );
  }
  if (name !== ofVoice) {
    throw invalidField(
      'model',
      `the voice belongs to model ${ofVoice}, not ${name}; leave model out or choose another voice`,
    );
  }
  return found.info;
}

/** Throws `invalid_request` naming the language, and those that there are. */
function checkLanguage(language: string | undefined, { id, languages }: ModelInfo): void {
  if (!language || languages.some((known) => isSame(known, language))) return;
  throw invalidField(
    'language',
    `model ${id} does not speak ${JSON.stringify(language.slice(0, 40))}, only ${languages.join(', ')}; leave language out, or choose a voice of that language (see: tts voices)`,
  );
}

/** Looked for each time: the program may be installed, or go, while the daemon runs. */
function checkReadable(language: string, { id, espeakLanguages }: ModelInfo): void {
  if (!espeakLanguages.some((known) => isSame(known, language)) || findEspeak() !== undefined) return;
  throw invalidField('language', `${language} with model ${id} ${ESPEAK_IS_MISSING}`);
}

/** Whatever the region. */
function isSame(language: string, other: string): boolean {
  return getBaseLanguage(language) === getBaseLanguage(other);
}

/** 0 and -1 ask for a fresh one; others are folded into the range that engines take. */
export function drawSeed(seed: number): number {
  return seed <= 0 ? randomInt(1, MAX_SEED) : ((seed - 1) % MAX_SEED) + 1;
}

function preview(text: string): string {
  const start = text
    .slice(0, PREVIEW_CHARS * 4)
    .replace(/\s+/g, ' ')
    .trim();
  const cut = [...start].slice(0, PREVIEW_CHARS).join('');
  return cut.length < start.length || text.length > PREVIEW_CHARS * 4 ? `${cut}…` : cut;
}
