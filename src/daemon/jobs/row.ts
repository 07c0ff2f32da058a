// From a row of the jobs table to a Job. A row that cannot be is damage, and is said so here, once.
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isErrorCode, TtsError } from '../../api/errors.ts';
import { AUDIO_FORMATS, JOB_CLASSES, JOB_STATES, JobSpec } from '../../api/job.ts';
import type { Job, StoredResult } from './job.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const JobRow = Type.Object({
  seq: Type.Integer(),
  id: Type.String(),
  state: Type.Enum([...JOB_STATES]),
  class: Type.Enum([...JOB_CLASSES]),
  priority: Type.Integer(),
  label: nullable(Type.String()),
  spec: Type.String(),
  text_chars: Type.Integer(),
  text_preview: Type.String(),
  warnings: Type.String(),
  created_at: Type.Integer(),
  not_before: nullable(Type.Integer()),
  attempt: Type.Integer(),
  crashes: Type.Integer(),
  done_chars: Type.Integer(),
  done_chunks: Type.Integer(),
  total_chunks: Type.Integer(),
  owner: nullable(Type.String()),
  started_at: nullable(Type.Integer()),
  finished_at: nullable(Type.Integer()),
  error_code: nullable(Type.String()),
  error_message: nullable(Type.String()),
  expired_at: nullable(Type.Integer()),
});

const ResultRow = Type.Object({
  result_file: Type.String(),
  result_format: Type.Enum([...AUDIO_FORMATS]),
  result_bytes: Type.Integer(),
  result_sha256: Type.String(),
  result_audio_ms: Type.Integer(),
});

const jobRow = Compile(JobRow);
const resultRow = Compile(ResultRow);
const jobSpec = Compile(JobSpec);
const warningList = Compile(Type.Array(Type.String()));

/** Throws `database_corrupt` on a row that cannot be. */
export function parseJob(value: unknown): Job {
  if (!jobRow.Check(value)) throw describeImpossible(value, 'a column is missing or of the wrong type');
  const row = value;
  const base = {
    id: row.id,
    seq: row.seq,
    class: row.class,
    priority: row.priority,
    label: row.label,
    spec: parseJson(row.spec, jobSpec, value, 'its spec'),
    textChars: row.text_chars,
    textPreview: row.text_preview,
    warnings: parseJson(row.warnings, warningList, value, 'its warnings'),
    createdAt: row.created_at,
    notBefore: row.not_before,
    attempt: row.attempt,
    crashes: row.crashes,
    progress: { doneChars: row.done_chars, doneChunks: row.done_chunks, totalChunks: row.total_chunks },
  };
  const { owner, started_at: startedAt, finished_at: finishedAt } = row;
  switch (row.state) {
    case 'queued':
      return { ...base, state: 'queued' };
    case 'running':
      if (owner === null || startedAt === null) break;
      return { ...base, state: 'running', owner, startedAt };
    case 'completed':
      if (startedAt === null || finishedAt === null) break;
      return {
        ...base,
        state: 'completed',
        startedAt,
        finishedAt,
        result: parseResult(value),
        expiredAt: row.expired_at,
      };
    case 'failed':
      if (finishedAt === null || !isErrorCode(row.error_code) || row.error_message === null) break;
      return {
        ...base,
        state: 'failed',
        startedAt,
        finishedAt,
        error: { code: row.error_code, message: row.error_message },
      };
    case 'cancelled':
      if (finishedAt === null) break;
      return { ...base, state: 'cancelled', startedAt, finishedAt };
  }
  throw describeImpossible(value, `a ${row.state} job lacks what its state needs`);
}

/** The result columns of a row. */
export function parseResult(value: unknown): StoredResult {
  if (!resultRow.Check(value)) throw describeImpossible(value, 'its result is incomplete');
  return {
    file: value.result_file,
    format: value.result_format,
    bytes: value.result_bytes,
    sha256: value.result_sha256,
    audioMs: value.result_audio_ms,
  };
}

interface Checker<T> {
  Check(value: unknown): value is T;
}

function parseJson<T>(json: string, checker: Checker<T>, row: unknown, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw describeImpossible(row, `${what} is not JSON`, cause);
  }
  if (!checker.Check(value)) throw describeImpossible(row, `${what} has the wrong shape`);
  return value;
}

function describeImpossible(row: unknown, why: string, cause?: unknown): TtsError {
  const id = (row as { id?: unknown } | undefined)?.id;
  return new TtsError('database_corrupt', `The job database holds a job that cannot be: ${id}: ${why}.`, {
    cause,
  });
}
