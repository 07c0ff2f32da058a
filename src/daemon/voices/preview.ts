// A voice's preview: a job like any other, the same one for as long as nothing about the voice has changed.
import { createHash } from 'node:crypto';
import type { AudioFormat, JobRequest } from '../../api/job.ts';
import { isFinal } from '../../api/job.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import type { VoiceRegistry } from '../../engine/voice/registry.ts';
import type { Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';

const SENTENCE = 'Good evening. This is how I sound when I read something to you.';
const SEED = 1;

export interface PreviewContext {
  jobs: Jobs;
  voices: VoiceRegistry;
  models: ReadonlyMap<string, { info: ModelInfo }>;
}

/** Throws `voice_not_found` or `format_unavailable`. */
export async function submitPreview(
  id: string,
  format: AudioFormat,
  { jobs, voices, models }: PreviewContext,
): Promise<Job> {
  const { voice, own } = voices.resolve(id);
  const { speed = 1, ...defaults } = own?.defaults ?? {};
  const request = { text: SENTENCE, voice: id, format, speed, seed: SEED, label: 'preview', ...defaults };
  const { revision, engineVersion } = models.get(voice.model)!.info;
  const key = JSON.stringify([
    request,
    voice.speaker,
    voice.model,
    revision,
    engineVersion,
    own?.clip?.sha256,
  ]);
  const wanted: JobRequest = {
    ...request,
    idempotency_key: `preview-${createHash('sha256').update(key).digest('hex')}`,
  };
  const submit = async () =>
    (
      await jobs.submit([wanted], { class: 'interactive', quickStart: false, nameSubmitter: () => 'local' })
    )[0]!.job;
  const job = await submit();
  const isGone = isFinal(job.state) && !(job.state === 'completed' && job.expiredAt === null);
  if (!isGone) return job;
  await jobs.remove(job.id);
  return submit();
}
