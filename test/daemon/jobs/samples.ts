// Jobs as tests want them: everything filled in, what matters given.
import { randomUUID } from 'node:crypto';
import type { NewJob, StoredResult } from '../../../src/daemon/jobs/job.ts';

/** A clock reading to count from. */
export const NOON = Date.UTC(2026, 0, 1, 12);

export function makeJob(given: Partial<NewJob> = {}): NewJob {
  const text = given.text ?? 'Hello there.';
  return {
    id: randomUUID(),
    class: 'interactive',
    priority: 0,
    label: null,
    submitter: 'local',
    spec: {
      voice: 'heart',
      model: 'hibari',
      language: 'en',
      format: 'wav',
      splitText: true,
      quickStart: false,
      chunkSize: 120,
      speed: 1,
      seed: 42,
      params: { temperature: 0.7 },
    },
    text,
    textPreview: text.slice(0, 40),
    warnings: [],
    notBefore: null,
    idempotency: null,
    ...given,
  };
}

export function makeResult(given: Partial<StoredResult> = {}): StoredResult {
  return {
    file: `${randomUUID()}.wav`,
    format: 'wav',
    bytes: 48_044,
    sha256: 'a1'.repeat(32),
    audioMs: 1000,
    ...given,
  };
}

export function makeDone(given: { file?: string; warnings?: string[]; now?: number } = {}) {
  const { file, warnings = [], now = NOON } = given;
  return {
    result: makeResult(file === undefined ? {} : { file }),
    warnings,
    progress: { doneChars: 12, doneChunks: 1, totalChunks: 1 },
    now,
  };
}
