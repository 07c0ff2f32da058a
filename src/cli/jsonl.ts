// Job requests from a file with one JSON object a line.
import { Errors } from 'typebox/value';
import { TtsError } from '../api/errors.ts';
import { JobRequest } from '../api/job.ts';
import type { SourcedRequest } from './submit.ts';

const MAX_SHOWN = 10;

/** What a line leaves out comes from `common`. Every bad line is named, so that one run finds all mistakes. */
export function parseJsonl(file: string, text: string, common: Omit<JobRequest, 'text'>): SourcedRequest[] {
  const problems: string[] = [];
  const requests: SourcedRequest[] = [];
  for (const [index, source] of text.split('\n').entries()) {
    if (source.trim() === '') continue;
    const parsed = parseLine(source, common);
    if (typeof parsed === 'string') problems.push(`${file}:${index + 1}: ${parsed}`);
    else requests.push({ source: `${file}:${index + 1}`, request: parsed });
  }
  if (problems.length === 0) return requests;
  const hidden = problems.length - MAX_SHOWN;
  const more = hidden > 0 ? [`… and ${hidden} more lines`] : [];
  throw new TtsError(
    'invalid_request',
    ['Nothing was submitted.', ...problems.slice(0, MAX_SHOWN), ...more].join('\n'),
  );
}

/** The request, or what is wrong with it. */
function parseLine(source: string, common: Omit<JobRequest, 'text'>): JobRequest | string {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'expected an object such as {"text": "Hello"}';
  const request = { ...common, ...value };
  const [problem] = Errors(JobRequest, request);
  if (!problem) return checkText(request as JobRequest);
  const field = problem.instancePath.slice(1).replaceAll('/', '.');
  return `${field && `${field}: `}${problem.message}`;
}

/** What the daemon would refuse at the first such line, said of each. */
function checkText(request: JobRequest): JobRequest | string {
  const { text } = request;
  if (!/\S/u.test(text)) return 'text: is empty or only white space';
  if (text.includes('\0')) return `text: holds a NUL character at position ${text.indexOf('\0')}`;
  if (!text.isWellFormed()) return 'text: holds half of a surrogate pair; an emoji was probably cut in two';
  return request;
}
