// Which job may have been meant by an id that no job has.
import { distance } from 'fastest-levenshtein';
import { TtsError } from '../api/errors.ts';
import type { ListReply } from '../api/v1.ts';
import { quoteShell } from './quote-shell.ts';

const LOOKED_AT = 500;
const MOST_MISTAKES = 2;
const LEAST_CHARS = 4;

/** The same refusal with the nearest job, or the jobs of that label, in its message. */
export async function nameNearestJob(
  refusal: unknown,
  path: string,
  get: <T>(path: string) => Promise<T>,
): Promise<unknown> {
  if (!(refusal instanceof TtsError) || refusal.code !== 'job_not_found') return refusal;
  const word = decodeURIComponent(/^\/v1\/jobs\/([^/?]+)/.exec(path)?.[1] ?? '');
  const reply = await get<ListReply>(`/v1/jobs?limit=${LOOKED_AT}`).catch(() => undefined);
  if (!reply || word === '') return refusal;
  const hint = describe(word, reply.jobs);
  return hint === '' ? refusal : new TtsError(refusal.code, `${refusal.message}${hint}`, { cause: refusal });
}

function describe(word: string, jobs: ListReply['jobs']): string {
  if (jobs.some(({ label }) => label === word))
    return `. It is a label; the ids of its jobs: tts list -q --label ${quoteShell(word)}`;
  if (word.length < LEAST_CHARS) return '';
  const near = jobs
    .map(({ id }) => ({ id, mistakes: distance(word, id.slice(0, word.length)) }))
    .sort((a, b) => a.mistakes - b.mistakes)
    .at(0);
  if (near === undefined || near.mistakes > MOST_MISTAKES) return '';
  return `. Did you mean ${near.id.slice(0, Math.max(8, word.length))}?`;
}
