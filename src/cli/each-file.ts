// Several files, each of them the text of a job.
import { basename, extname } from 'node:path';
import { TtsError } from '../api/errors.ts';
import type { JobRequest } from '../api/job.ts';
import { readTextFile } from './input.ts';
import { reportError } from './output.ts';
import type { SourcedRequest } from './submit.ts';

/** All or none: every file that cannot be read is named before it is given up. */
export async function readEachFile(
  files: readonly string[],
  common: Omit<JobRequest, 'text'>,
): Promise<SourcedRequest[]> {
  const requests: SourcedRequest[] = [];
  const problems: unknown[] = [];
  for (const file of files) {
    try {
      requests.push({ source: file, request: { ...common, text: await readTextFile(file) } });
    } catch (error) {
      problems.push(error);
    }
  }
  if (problems.length === 0) return requests;
  for (const problem of problems) reportError(problem, false);
  throw new TtsError('input_unreadable', 'Nothing was submitted.', { cause: problems[0] });
}

/** `chapters/01 Fog.md` → `01 Fog`. */
export function getStem(file: string): string {
  return basename(file, extname(file));
}
