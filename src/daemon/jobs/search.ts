// Finds jobs by their words: from the newest back, a bounded stretch at a time, so that whoever else asks the store waits
// no longer for it than for a commit.
import type { Job } from './job.ts';
import { parseJob } from './row.ts';
import type { Statements } from './statements.ts';
import type { SearchQuery, SearchStretch } from './store.ts';

/** Rows looked at in one stretch: 4 ms where they are in memory. */
const STRETCH_ROWS = 1000;
/** Characters of texts read in one stretch, but for the last of them: 8 ms. */
const STRETCH_CHARS = 4_000_000;
/** As for `tts status ID`: less of an id would be found in words. */
const MIN_ID_CHARS = 4;

interface Candidate {
  seq: number;
  id: string;
  label: string | null;
  text_preview: string;
}

/** `listSeqs` answers those that the query names without its words, newest first. */
export function searchStretch(
  { words, limit, ...query }: SearchQuery,
  listSeqs: (query: Omit<SearchQuery, 'words'>) => number[],
  run: Statements,
): SearchStretch {
  const pattern = composePattern(words);
  const idStart = words.trim().toLowerCase();
  const holdsWords = ({ seq, id, label, text_preview }: Candidate) => {
    if (pattern.test(text_preview) || (label !== null && pattern.test(label))) return true;
    if (idStart.length >= MIN_ID_CHARS && id.startsWith(idStart)) return true;
    // What is not cut short was all there is.
    if (!text_preview.endsWith('…')) return false;
    const { text } = (run.getTextBySeq.get({ seq }) as { text: string } | undefined) ?? {};
    readChars += text?.length ?? 0;
    return text !== undefined && pattern.test(text);
  };
  let readChars = 0;
  const jobs: Job[] = [];
  const seqs = listSeqs({ ...query, limit: STRETCH_ROWS });
  for (const seq of seqs) {
    const candidate = run.getBySeq.get({ seq }) as Candidate;
    if (holdsWords(candidate)) jobs.push(parseJob(candidate));
    const isEnough = jobs.length === limit || readChars >= STRETCH_CHARS;
    if (isEnough && seq !== seqs.at(-1)) return { jobs, searchedTo: seq };
  }
  return { jobs, searchedTo: seqs.length < STRETCH_ROWS ? null : seqs.at(-1)! };
}

/** Large and small letters are the same, any white space between words is, and so is each way to write an accent. */
function composePattern(words: string): RegExp {
  const ways = [...new Set([words.normalize('NFC'), words.normalize('NFD')])];
  return new RegExp(
    ways.map((way) => way.trim().split(/\s+/).map(escapePattern).join('\\s+')).join('|'),
    'iu',
  );
}

function escapePattern(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
