// What a text asks for beside its words: its tags understood, their voices found, and what the lexicon says of its words.
import { invalidField, TtsError } from '../../api/errors.ts';
import type { JobSpec } from '../../api/job.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import { parseTags, sumPausesMs, type VoiceTag } from '../../engine/text/markup/tags.ts';
import type { ResolvedVoice, VoiceRegistry, VoiceWish } from '../../engine/voice/registry.ts';
import type { Lexicon } from '../lexicon/lexicon-file.ts';
import { checkClip } from './check-clip.ts';

/** All pauses of a text together: silence takes as much disk as speech. */
const LONGEST_SILENCE_MS = 3_600_000;
const MOST_PROBLEMS = 3;

export interface AcceptedText {
  pronunciations: NonNullable<JobSpec['pronunciations']>;
  /** Of the voices that tags name. */
  speakers: NonNullable<JobSpec['speakers']>;
  warnings: string[];
}

/** Throws `invalid_request`, `voice_not_found` or `clip_unusable`, naming the tag. `model`: the one that speaks the whole job. */
export function acceptText(
  text: string,
  {
    model,
    language,
    voices,
    lexicon,
  }: { model: ModelInfo; language: string | undefined; voices: VoiceRegistry; lexicon: Lexicon },
): AcceptedText {
  const tagged = parseTags(text);
  if (tagged.spans.length === 0)
    throw invalidField('text', 'holds only tags and nothing to speak; add some words');
  const silenceMs = sumPausesMs(tagged);
  if (silenceMs > LONGEST_SILENCE_MS) {
    throw invalidField(
      'text',
      `its pauses add up to ${Math.round(silenceMs / 1000)} s, at most ${LONGEST_SILENCE_MS / 1000} s are taken; shorten them or divide the text into several jobs`,
    );
  }
  const aliases = new Set<string>();
  const speakers = new Map<string, { speaker: string; language: string }>();
  for (const tag of tagged.voices) {
    if (speakers.has(tag.name)) continue;
    const { alias, voice } = checkVoice(tag, { model, language }, voices);
    speakers.set(tag.name, { speaker: voice.speaker, language: voice.language });
    if (alias !== null) aliases.add(`The voice ${alias} is spoken by ${voice.id} here.`);
  }
  return {
    pronunciations: lexicon.respeller.findUsed(text),
    speakers: Object.fromEntries(speakers),
    warnings: [...tagged.warnings, ...aliases, ...lexicon.problems.slice(0, MOST_PROBLEMS)],
  };
}

function checkVoice(
  tag: VoiceTag,
  { model, language }: { model: ModelInfo; language: string | undefined },
  voices: VoiceRegistry,
): ResolvedVoice {
  const place = `[voice:${tag.name}] at position ${tag.at}`;
  if (tag.name === '')
    throw invalidField('text', `${place} names no voice; write [voice:NAME]. See: tts voices`);
  const resolved = resolve(tag, place, { model: model.id, language }, voices);
  const { voice } = resolved;
  if (voice.model !== model.id) {
    throw invalidField(
      'text',
      `${place}: that voice belongs to model ${voice.model}, and this job is spoken by ${model.id}; use voices of one model in a job`,
    );
  }
  checkClip(resolved, model);
  return resolved;
}

function resolve(tag: VoiceTag, place: string, wish: VoiceWish, voices: VoiceRegistry): ResolvedVoice {
  try {
    return voices.resolve(tag.name, wish);
  } catch (error) {
    if (!(error instanceof TtsError)) throw error;
    throw new TtsError(error.code, `text: ${place}: ${error.message}`, {
      cause: error,
      fields: [{ loc: ['body', 'text'], msg: `${place}: ${error.message}`, type: 'value_error' }],
    });
  }
}
