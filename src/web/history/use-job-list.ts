// The jobs that a filter names, newest first: asked for page by page, kept up to date by the daemon's events.
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { JobState } from '../../api/job.ts';
import type { ListReply } from '../../api/v1.ts';
import { get } from '../daemon/client.ts';
import type { JobView } from '../daemon/job-state.ts';
import { noteJobs, onJobsTold, useConnection, useJobs } from '../daemon/jobs.ts';

const FIRST_PAGE = 60;
const PAGE = 400;

export interface JobFilter {
  /** In texts and labels; empty: any. */
  words: string;
  /** Empty: any. */
  label: string;
  /** Null: any. */
  state: JobState | null;
}

export interface JobList {
  jobs: readonly JobView[];
  /** Whether older ones may follow; `askForMore` asks for them. */
  hasMore: boolean;
  isAsking: boolean;
  error: Error | undefined;
  askForMore: () => void;
}

/** What is known of the answer to one query. Changed in place: copies of a hundred thousand ids would be felt. */
interface Found {
  query: string;
  ids: string[];
  has: Set<string>;
  /** Null: all are here; undefined: nothing was asked yet. */
  cursor: string | null | undefined;
}

export function useJobList(filter: JobFilter): JobList {
  const { jobs: known } = useJobs();
  const isAway = useConnection() === 'lost';
  const query = composeQuery(filter);
  const found = useRef<Found>({ query, ids: [], has: new Set(), cursor: undefined });
  const asking = useRef<AbortController>(undefined);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [error, setError] = useState<Error>();

  const askForMore = useCallback(async () => {
    if (asking.current) return;
    // What another filter found stays in sight until this one's first page is here.
    const before = found.current.query === query ? found.current : undefined;
    if (before?.cursor === null) return;
    const left = new AbortController();
    asking.current = left;
    setError(undefined);
    redraw();
    try {
      const place =
        before?.cursor === undefined ? `limit=${FIRST_PAGE}` : `limit=${PAGE}&cursor=${before.cursor}`;
      const page = await get<ListReply>(`v1/jobs?${place}${query}`, left.signal);
      noteJobs(page.jobs);
      const now = before ?? { query, ids: [], has: new Set(), cursor: undefined };
      for (const { id } of page.jobs) if (!now.has.has(id)) now.ids.push(id);
      for (const { id } of page.jobs) now.has.add(id);
      now.cursor = page.next_cursor;
      found.current = now;
    } catch (reason) {
      if (!left.signal.aborted) setError(reason as Error);
    } finally {
      if (asking.current === left) asking.current = undefined;
      redraw();
    }
  }, [query]);

  useEffect(() => {
    if (!isAway) void askForMore();
    return () => {
      asking.current?.abort();
      asking.current = undefined;
    };
  }, [askForMore, isAway]);

  const { words, label, state } = filter;
  useEffect(
    () =>
      onJobsTold((told) => {
        const { ids, has, cursor } = found.current;
        if (cursor === undefined) return;
        const newest = known.get(ids[0] ?? '')?.created_at ?? '';
        const newcomers = told
          .filter((job) => !has.has(job.id) && job.created_at >= newest && fits(job, { words, label, state }))
          .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
        for (const { id } of newcomers) has.add(id);
        ids.unshift(...new Set(newcomers.map(({ id }) => id)));
        if (newcomers.length > 0) redraw();
      }),
    [known, words, label, state],
  );

  const { ids, cursor } = found.current;
  const isOfThisFilter = found.current.query === query;
  return {
    // The words are the daemon's business: it knows the whole texts.
    jobs: ids.flatMap((id) => {
      const job = known.get(id);
      return job !== undefined && fits(job, { words: '', label, state }) ? job : [];
    }),
    hasMore: !isOfThisFilter || cursor !== null,
    isAsking: asking.current !== undefined,
    error,
    askForMore,
  };
}

function composeQuery({ words, label, state }: JobFilter): string {
  const query = new URLSearchParams({
    ...(words.trim() === '' ? {} : { q: words.trim().slice(0, 200) }),
    ...(label === '' ? {} : { label }),
    ...(state === null ? {} : { state }),
  });
  return query.size === 0 ? '' : `&${query}`;
}

/** As far as can be told without the whole text. */
function fits(job: JobView, { words, label, state }: JobFilter): boolean {
  const wanted = words.trim().toLowerCase();
  return (
    (state === null || job.state === state) &&
    (label === '' || job.label === label) &&
    (wanted === '' || `${job.text_preview}\n${job.label ?? ''}`.toLowerCase().includes(wanted))
  );
}
