// The same job once more, but for one of its chunks: all others are found where they are kept.
import { randomUUID } from 'node:crypto';
import { invalidField } from '../../api/errors.ts';
import type { JobSpec } from '../../api/job.ts';
import type { RedoBody } from '../../api/v1.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import type { VoiceRegistry } from '../../engine/voice/registry.ts';
import { drawSeed } from './accept.ts';
import { checkClip } from './check-clip.ts';
import type { Job, NewJob } from './job.ts';

/** Throws `voice_not_found`, `clip_unusable`, or `invalid_request` for a voice of another model. */
export function composeRedo(
  { spec, label, priority, textPreview, warnings }: Job,
  { chunk, seed, voice }: RedoBody,
  {
    text,
    submitter,
    voices,
    model,
  }: { text: string; submitter: string; voices: VoiceRegistry; model: ModelInfo | undefined },
): NewJob {
  const before = spec.redone?.[chunk];
  const speaker = voice === undefined ? before?.speaker : findSpeaker(voice, spec, { voices, model });
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

function findSpeaker(
  name: string,
  spec: JobSpec,
  { voices, model }: { voices: VoiceRegistry; model: ModelInfo | undefined },
) {
  const resolved = voices.resolve(name, { model: spec.model, language: spec.language });
  const { voice } = resolved;
  if (voice.model === spec.model) {
    if (model !== undefined) checkClip(resolved, model);
    return { speaker: voice.speaker, language: voice.language };
  }
  throw invalidField(
    'voice',
    `belongs to model ${voice.model}, and this job is spoken by ${spec.model}; choose a voice of that model`,
  );
}
