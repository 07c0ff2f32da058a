// From a row of the jobs table to a Job. A row that cannot be is damage, and is said so here, once.
// By hand rather than by schema: loading the schema library would double the time until the store is open.
import { isErrorCode, TtsError } from '../../api/errors.ts';
import type { JobSpec } from '../../api/job.ts';
import type { Job, StoredResult } from './job.ts';

const SPEC_TYPES = {
  voice: 'string',
  model: 'string',
  language: 'string',
  format: 'string',
  splitText: 'boolean',
  quickStart: 'boolean',
  chunkSize: 'number',
  speed: 'number',
  seed: 'number',
  params: 'object',
} as const satisfies Record<
  keyof Omit<JobSpec, 'loudness' | 'pronunciations' | 'speakers' | 'redone'>,
  string
>;

/** Throws `database_corrupt` on a row that cannot be. */
export function parseJob(value: unknown): Job {
  const row = readColumns(value);
  const base = {
    id: row.text('id'),
    seq: row.number('seq'),
    class: row.text('class') as Job['class'],
    priority: row.number('priority'),
    label: row.textOrNull('label'),
    submitter: row.text('submitter'),
    spec: row.json('spec', isSpec),
    textChars: row.number('text_chars'),
    textPreview: row.text('text_preview'),
    warnings: row.json('warnings', isTextList),
    createdAt: row.number('created_at'),
    notBefore: row.numberOrNull('not_before'),
    attempt: row.number('attempt'),
    crashes: row.number('crashes'),
    progress: {
      doneChars: row.number('done_chars'),
      doneChunks: row.number('done_chunks'),
      totalChunks: row.number('total_chunks'),
    },
  };
  const state = row.text('state') as Job['state'];
  switch (state) {
    case 'queued':
      return { ...base, state };
    case 'running':
      return { ...base, state, owner: row.text('owner'), startedAt: row.number('started_at') };
    case 'completed':
      return {
        ...base,
        state,
        startedAt: row.number('started_at'),
        finishedAt: row.number('finished_at'),
        result: parseResult(value),
        expiredAt: row.numberOrNull('expired_at'),
      };
    case 'failed':
      return {
        ...base,
        state,
        startedAt: row.numberOrNull('started_at'),
        finishedAt: row.number('finished_at'),
        error: { code: row.word('error_code', isErrorCode), message: row.text('error_message') },
      };
    case 'cancelled':
      return {
        ...base,
        state,
        startedAt: row.numberOrNull('started_at'),
        finishedAt: row.number('finished_at'),
      };
    default:
      throw describeImpossible(value, 'state', state satisfies never);
  }
}

/** The result columns of a row. */
export function parseResult(value: unknown): StoredResult {
  const row = readColumns(value);
  return {
    file: row.text('result_file'),
    format: row.text('result_format') as StoredResult['format'],
    bytes: row.number('result_bytes'),
    sha256: row.text('result_sha256'),
    audioMs: row.number('result_audio_ms'),
  };
}

function readColumns(row: unknown) {
  const columns = row as Record<string, unknown>;

  function read<T>(name: string, isRight: (found: unknown) => found is T): T {
    const found = columns[name];
    if (!isRight(found)) throw describeImpossible(row, name, found);
    return found;
  }

  return {
    text: (name: string) => read(name, isText),
    textOrNull: (name: string) => (columns[name] === null ? null : read(name, isText)),
    number: (name: string) => read(name, isNumber),
    numberOrNull: (name: string) => (columns[name] === null ? null : read(name, isNumber)),
    word: read,
    json<T>(name: string, isRight: (found: unknown) => found is T): T {
      const found: unknown = JSON.parse(read(name, isText));
      if (!isRight(found)) throw describeImpossible(row, name, found);
      return found;
    },
  };
}

function isText(found: unknown): found is string {
  return typeof found === 'string';
}

function isNumber(found: unknown): found is number {
  return typeof found === 'number';
}

function isTextList(found: unknown): found is string[] {
  return Array.isArray(found) && found.every(isText);
}

function isSpec(found: unknown): found is JobSpec {
  if (typeof found !== 'object' || found === null) return false;
  const spec = found as Record<string, unknown>;
  // Jobs of earlier versions have none of these.
  if (spec.redone !== undefined && typeof spec.redone !== 'object') return false;
  if (spec.speakers !== undefined && typeof spec.speakers !== 'object') return false;
  if (spec.pronunciations !== undefined && !Array.isArray(spec.pronunciations)) return false;
  return Object.entries(SPEC_TYPES).every(
    ([name, type]) => typeof spec[name] === type && spec[name] !== null,
  );
}

function describeImpossible(row: unknown, column: string, found: unknown): TtsError {
  const id = (row as { id?: unknown }).id;
  return new TtsError(
    'database_corrupt',
    `The job database holds a job that cannot be: ${id} has ${JSON.stringify(found)} in ${column}.`,
  );
}
