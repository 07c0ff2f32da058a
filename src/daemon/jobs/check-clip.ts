// Whether the clip of a voice is enough for the model that is to speak like it.
import { TtsError } from '../../api/errors.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import { findClipHash } from '../../engine/voice/clip-speaker.ts';
import type { ResolvedVoice } from '../../engine/voice/registry.ts';

/** How a model that clones can be had. */
export const CLONER_REMEDY = 'tts models pull chatterbox-turbo';

/** Throws `clip_unusable` with the length that is needed. A voice that is not cloned passes. */
export function checkClip({ voice, own }: ResolvedVoice, { id, manifest }: ModelInfo): void {
  if (findClipHash(voice.speaker) === undefined || own === null || own.clip === null) return;
  const { original_name, duration_sec } = own.clip;
  const leastSec = manifest.clipSec?.min ?? 0;
  if (duration_sec > leastSec) return;
  throw new TtsError(
    'clip_unusable',
    `The clip ${JSON.stringify(original_name.slice(0, 100))} of ${own.name} has ${duration_sec} s; ${id} needs more than ${leastSec} s of speech. Record a longer one, or name a model that does with less.`,
  );
}
