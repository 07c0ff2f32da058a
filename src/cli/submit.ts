// From flags to job requests, and from requests to accepted jobs.
import { randomUUID } from 'node:crypto';
import { TtsError } from '../api/errors.ts';
import type { AudioFormat, JobClass, JobRequest } from '../api/job.ts';
import type { SubmitReply, SubmittedJob } from '../api/v1.ts';
import { readFormat } from './format.ts';
import type { Options } from './options.ts';
import type { Session } from './session.ts';
import { parseStart } from './when.ts';

/** One of several requests, and where it came from: a file, or a line of one as `file:3`. */
export interface SourcedRequest {
  source: string;
  request: JobRequest;
}

/** A request without its text, from the flags that `say` and `enqueue` share. */
export function buildRequest(
  options: Options,
  jobClass: JobClass,
  format?: AudioFormat,
): Omit<JobRequest, 'text'> {
  return dropUndefined({
    class: jobClass,
    voice: options.voice,
    model: options.model,
    language: options.language,
    format: format ?? (options.format === undefined ? undefined : readFormat(options.format)),
    split_text: options.split,
    chunk_size: options.chunkSize,
    speed: options.speed,
    loudness: options.loudness,
    seed: options.seed,
    temperature: options.temperature,
    exaggeration: options.exaggeration,
    cfg_weight: options.cfgWeight,
    top_p: options.topP,
    min_p: options.minP,
    repetition_penalty: options.repetitionPenalty,
    label: options.label,
    priority: options.priority,
    not_before: parseStart(options, Date.now()),
    idempotency_key: options.key,
  });
}

/** What requests say of `--clone`: nothing without the flag. */
export async function bringClone({ client }: Session, options: Options): Promise<Pick<JobRequest, 'clone'>> {
  if (options.clone === undefined) return {};
  return (await import('./clone.ts')).bringClip(client, { ...options, clone: options.clone });
}

/**
 * All or none, in order. Each request gets a key, so that asking again after a lost connection
 * finds the jobs that were accepted instead of making them twice.
 */
export async function submitJobs(session: Session, requests: readonly JobRequest[]): Promise<SubmittedJob[]> {
  const jobs = requests.map((request) => ({ idempotency_key: randomUUID(), ...request }));
  const body = jobs.length === 1 ? jobs[0] : { jobs };
  const { client } = session;
  try {
    return (await client.post<SubmitReply>('/v1/jobs', body)).jobs;
  } catch (error) {
    if (!(error instanceof TtsError && error.code === 'daemon_unreachable')) throw error;
    if (client.address.kind === 'tcp') throw error;
    await session.reopen(client);
    return (await session.client.post<SubmitReply>('/v1/jobs', body)).jobs;
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function dropUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Defined<T>;
}
