// The jobs as the daemon tells them: asked for once, then kept up to date by its events. The one place that holds them.
import { useSyncExternalStore } from 'react';
import { JOB_EVENT, REMOVED_EVENT } from '../../api/events.ts';
import type { JobView } from '../../api/job.ts';
import type { ListReply } from '../../api/v1.ts';
import { DaemonError, get, resolveUrl } from './client.ts';

/** `refused`: it asks for an API key. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused';

interface State {
  connection: Connection;
  jobs: ReadonlyMap<string, JobView>;
  /** Of the next page; null when all are here, undefined before the first page came. */
  nextCursor: string | null | undefined;
  /** Ids of those that this page has asked to cancel: nobody wants to hear them any more. */
  leaving: ReadonlySet<string>;
}

const PAGE = 100;
const RETRY_MS = 1000;

let state: State = { connection: 'connecting', jobs: new Map(), nextCursor: undefined, leaving: new Set() };
const listeners = new Set<() => void>();
/** Jobs told in one burst are shown in one go. */
let pending: JobView[] = [];

export function useJobs(): State {
  return useSyncExternalStore(subscribe, () => state);
}

export function useJob(id: string | null): JobView | undefined {
  return useSyncExternalStore(subscribe, () => (id === null ? undefined : state.jobs.get(id)));
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => state.connection);
}

/** Takes in jobs that an answer held, so that they show at once. */
export function noteJobs(jobs: readonly JobView[]): void {
  const all = new Map(state.jobs);
  for (const job of jobs) all.set(job.id, job);
  update({ jobs: all });
}

export function useIsLeaving(id: string): boolean {
  return useSyncExternalStore(subscribe, () => state.leaving.has(id));
}

/** Silences a job while `act` cancels it. */
export async function whileLeaving(id: string, act: () => Promise<void>): Promise<void> {
  update({ leaving: new Set([...state.leaving, id]) });
  try {
    await act();
  } finally {
    update({ leaving: new Set([...state.leaving].filter((other) => other !== id)) });
  }
}

export function forgetJob(id: string): void {
  const all = new Map(state.jobs);
  all.delete(id);
  update({ jobs: all });
}

/** Asks for one job that may be older than what is here; it shows up in `useJob`. */
export async function fetchJob(id: string): Promise<void> {
  noteJobs([await get<JobView>(`v1/jobs/${id}`)]);
}

export async function fetchMoreJobs(): Promise<void> {
  if (state.nextCursor === null) return;
  const cursor = state.nextCursor === undefined ? '' : `&cursor=${state.nextCursor}`;
  const page = await get<ListReply>(`v1/jobs?limit=${PAGE}${cursor}`);
  noteJobs(page.jobs);
  update({ nextCursor: page.next_cursor });
}

/** Connects for as long as the page is open; answers a function that ends it. */
export function followDaemon(): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  const connect = () => {
    source = new EventSource(resolveUrl('v1/events'));
    source.addEventListener('open', () => {
      update({ connection: 'open', nextCursor: undefined });
      fetchMoreJobs().catch(() => {});
    });
    source.addEventListener(REMOVED_EVENT, ({ data }) => forgetJob((JSON.parse(data) as { id: string }).id));
    source.addEventListener(JOB_EVENT, ({ data }) => {
      if (pending.length === 0) requestAnimationFrame(showPending);
      pending.push(JSON.parse(data) as JobView);
    });
    source.addEventListener('error', () => {
      update({ connection: 'lost' });
      // A browser gives up for good on an answer that is an error, and does not say which it was.
      if (source?.readyState !== EventSource.CLOSED) return;
      get('v1/version').then(
        () => reconnectSoon(),
        (error) => {
          if (error instanceof DaemonError && error.status === 401) update({ connection: 'refused' });
          else reconnectSoon();
        },
      );
    });
  };
  const reconnectSoon = () => {
    timer = window.setTimeout(connect, RETRY_MS);
  };
  connect();
  return () => {
    source?.close();
    clearTimeout(timer);
  };
}

function showPending(): void {
  const jobs = pending;
  pending = [];
  noteJobs(jobs);
}

function update(change: Partial<State>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
