// What a client of Chatterbox-TTS-Server sends, turned into a job request of ours.
import type { TtsBody } from '../../api/chatterbox.ts';
import { TtsError } from '../../api/errors.ts';
import type { JobRequest } from '../../api/job.ts';
import type { Context } from './context.ts';

/** Throws `reference_missing`, or `clip_unusable` when the clip is damaged; whether it can be cloned is seen when the job is made. */
export async function toJobRequest(
  body: TtsBody,
  { voiceLibrary }: Pick<Context, 'voiceLibrary'>,
): Promise<JobRequest> {
  const isClone = body.voice_mode === 'clone';
  if (isClone) {
    if (!body.reference_audio_filename) {
      throw new TtsError('reference_missing', "reference_audio_filename: needed when voice_mode is 'clone'.");
    }
    await voiceLibrary.checkClip(body.reference_audio_filename);
  }
  const request = {
    text: body.text,
    // A client in clone mode may still have a voice chosen.
    ...(isClone
      ? { clone: body.reference_audio_filename }
      : { voice: body.predefined_voice_id ?? body.voice }),
    model: body.model,
    language: body.language,
    format: body.output_format,
    split_text: body.split_text,
    chunk_size: body.chunk_size,
    speed: body.speed_factor,
    loudness: body.loudness,
    seed: body.seed,
    temperature: body.temperature,
    exaggeration: body.exaggeration,
    cfg_weight: body.cfg_weight,
    top_p: body.top_p,
    min_p: body.min_p,
    repetition_penalty: body.repetition_penalty,
  };
  return Object.fromEntries(
    Object.entries(request).filter(([, value]) => value !== null && value !== undefined),
  ) as JobRequest;
}
