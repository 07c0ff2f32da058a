// The same job once more, but for one of its chunks: all others are found where they are kept.
import { randomUUID } from 'node:crypto';
import { invalidField } from '../../api/errors.ts';
import type { RedoBody } from '../../api/v1.ts';
import type { VoiceRegistry } from '../../engine/voice/registry.ts';
import { drawSeed } from './accept.ts';
import type { Job, NewJob } from './job.ts';

/** Throws `voice_not_found`, or `invalid_request` for a voice of another model. */
export function composeRedo(
  { spec, label, priority, textPreview, warnings }: Job,
  { chunk, seed, voice }: RedoBody,
  { text, submitter, voices }: { text: string; submitter: string; voices: VoiceRegistry },
): NewJob {
  const before = spec.redone?.[chunk];
  const speaker = voice === undefined ? before?.speaker : findSpeaker(voice, spec.model, voices);
  const redone = { seed: seed ?? drawSeed(0), ...(speaker && { speaker }) };
  return {
    id: randomUUID(),
    class: 'interactive',
    priority,
    label,
    submitter,
    text,
    textPreview,
    warnings,
    notBefore: null,
    idempotency: null,
    spec: { ...spec, redone: { ...spec.redone, [chunk]: redone } },
  };
}

function findSpeaker(name: string, model: string, voices: VoiceRegistry) {
  const { voice } = voices.resolve(name);
  if (voice.model === model) return { speaker: voice.speaker, language: voice.language };
  throw invalidField(
    'voice',
    `belongs to model ${voice.model}, and this job is spoken by ${model}; choose a voice of that model`,
  );
}
