// A job as clients see it: the row of the store, with the live progress of the loop laid over it.
import type { StatusReply } from '../../api/chatterbox.ts';
import type { JobView } from '../../api/job.ts';
import type { Job, Progress } from './job.ts';

export interface Live {
  progress: Progress;
  renderedSec: number | null;
  queuePosition: number | null;
  etaSec: number | null;
  /** What keeps it from going on just now: a fault, or somebody who paused the queue. */
  trouble: string | null;
}

export function viewJob(job: Job, live: Live, now: number): JobView {
  const startedAt = 'startedAt' in job ? job.startedAt : null;
  const finishedAt = 'finishedAt' in job ? job.finishedAt : null;
  return {
    id: job.id,
    state: job.state,
    class: job.class,
    priority: job.priority,
    label: job.label,
    voice: job.spec.voice,
    model: job.spec.model,
    language: job.spec.language,
    format: job.spec.format,
    speed: job.spec.speed,
    seed: job.spec.seed,
    text_chars: job.textChars,
    text_preview: job.textPreview,
    progress: getPercent(job, live.progress),
    rendered_sec: live.renderedSec,
    current_chunk: getCurrentChunk(job, live.progress),
    total_chunks: live.progress.totalChunks,
    created_at: toIso(job.createdAt),
    not_before: job.notBefore === null ? null : toIso(job.notBefore),
    started_at: startedAt === null ? null : toIso(startedAt),
    finished_at: finishedAt === null ? null : toIso(finishedAt),
    elapsed_sec: startedAt === null ? null : toSec((finishedAt ?? now) - startedAt),
    queue_position: live.queuePosition,
    eta_sec: live.etaSec,
    warnings: listWarnings(job, live),
    error: job.state === 'failed' ? job.error : null,
    result:
      job.state === 'completed' && job.expiredAt === null
        ? {
            format: job.result.format,
            bytes: job.result.bytes,
            sha256: job.result.sha256,
            audio_sec: toSec(job.result.audioMs),
            url: `/tts/${job.id}/result`,
          }
        : null,
  };
}

/** The same job in the words of Chatterbox-TTS-Server: Unix seconds, and fields only once they are true. */
export function viewStatus(job: Job, live: Live, now: number): StatusReply {
  const view = viewJob(job, live, now);
  const startedAt = 'startedAt' in job ? job.startedAt : null;
  return {
    job_id: job.id,
    status: job.state,
    progress: view.progress,
    current_chunk: view.current_chunk,
    total_chunks: view.total_chunks,
    created_at: job.createdAt / 1000,
    ...(startedAt === null ? {} : { started_at: startedAt / 1000, elapsed_sec: view.elapsed_sec ?? 0 }),
    ...('finishedAt' in job
      ? {
          completed_at: job.finishedAt / 1000,
          duration_sec: toSec(job.finishedAt - (startedAt ?? job.finishedAt)),
        }
      : {}),
    ...(job.state === 'failed' ? { error: job.error.message } : {}),
    ...(job.state === 'completed'
      ? {
          output_available: job.expiredAt === null,
          output_format: job.result.format,
          file_size_bytes: job.result.bytes,
          audio_duration_sec: toSec(job.result.audioMs),
        }
      : {}),
    queue_position: view.queue_position,
    eta_sec: view.eta_sec,
    voice: job.spec.voice,
    model: job.spec.model,
    seed: job.spec.seed,
    warnings: view.warnings,
  };
}

function listWarnings(job: Job, { trouble }: Live): string[] {
  return trouble === null ? job.warnings : [...job.warnings, trouble];
}

function getPercent(job: Job, progress: Progress): number {
  if (job.state === 'completed') return 100;
  return Math.min(99, Math.floor((100 * progress.doneChars) / Math.max(1, job.textChars)));
}

function getCurrentChunk(job: Job, { doneChunks, totalChunks }: Progress): number {
  return job.state === 'running' ? Math.min(doneChunks + 1, totalChunks) : doneChunks;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

function toSec(ms: number): number {
  return Math.round(Math.max(0, ms)) / 1000;
}
