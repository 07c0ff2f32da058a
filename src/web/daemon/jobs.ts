// The jobs as the daemon tells them: asked for once, then kept up to date by its events. The one place that holds them.
import { useSyncExternalStore } from 'react';
import { JOB_EVENT, OPEN_EVENT, REMOVED_EVENT } from '../../api/events.ts';
import type { JobView } from '../../api/job.ts';
import { DaemonError, get, resolveUrl } from './client.ts';
import { FINAL } from './job-state.ts';

/** `refused`: it asks for an API key. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused';

interface State {
  connection: Connection;
  /** Those that were asked for or told of. The map itself is changed: a copy of a hundred thousand would be felt. */
  jobs: ReadonlyMap<string, JobView>;
  /** Ids of those that this page has asked to cancel: nobody wants to hear them any more. */
  leaving: ReadonlySet<string>;
}

const RETRY_MS = 1000;
/** Not by frames: a page in the background has none. */
const GATHER_MS = 50;

const known = new Map<string, JobView>();
let state: State = { connection: 'connecting', jobs: known, leaving: new Set() };
const listeners = new Set<() => void>();
const hearers = new Set<(told: readonly JobView[]) => void>();
/** Jobs told in one burst are shown in one go. */
let pending: JobView[] = [];
/** Number of the last change that was told; undefined before the first. */
let lastChange: string | undefined;

/** Another object after each change. */
export function useJobs(): State {
  return useSyncExternalStore(subscribe, () => state);
}

/** `hearer` gets the jobs that the daemon tells of by itself, until the returned function is called. */
export function onJobsTold(hearer: (told: readonly JobView[]) => void): () => void {
  hearers.add(hearer);
  return () => hearers.delete(hearer);
}

export function useJob(id: string | null): JobView | undefined {
  return useSyncExternalStore(subscribe, () => (id === null ? undefined : state.jobs.get(id)));
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => state.connection);
}

/** Takes in jobs that an answer held, so that they show at once. */
export function noteJobs(jobs: readonly JobView[]): void {
  for (const job of jobs) known.set(job.id, keepProgress(job, known.get(job.id)));
  update({});
}

/** A daemon that was killed may have lost the last second of a job's progress, whose chunks it finds again. */
function keepProgress(job: JobView, before: JobView | undefined): JobView {
  if (before === undefined || FINAL.includes(before.state) || FINAL.includes(job.state)) return job;
  return { ...job, progress: Math.max(job.progress, before.progress) };
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
  known.delete(id);
  update({});
}

/** Asks for one job that may be older than what is here; it shows up in `useJob`. */
export async function fetchJob(id: string): Promise<void> {
  noteJobs([await get<JobView>(`v1/jobs/${id}`)]);
}

/** Connects for as long as the page is open; answers a function that ends it. */
export function followDaemon(): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  const connect = () => {
    // What came while the daemon was away is told first.
    source = new EventSource(
      resolveUrl(lastChange === undefined ? 'v1/events' : `v1/events?after=${lastChange}`),
    );
    source.addEventListener('open', () => update({ connection: 'open' }));
    source.addEventListener(OPEN_EVENT, noteChange);
    source.addEventListener(REMOVED_EVENT, (event) => {
      noteChange(event);
      forgetJob((JSON.parse(event.data) as { id: string }).id);
    });
    source.addEventListener(JOB_EVENT, (event) => {
      noteChange(event);
      if (pending.length === 0) setTimeout(showPending, GATHER_MS);
      pending.push(JSON.parse(event.data) as JobView);
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

function noteChange({ lastEventId }: MessageEvent): void {
  if (lastEventId !== '') lastChange = lastEventId;
}

function showPending(): void {
  const jobs = pending;
  pending = [];
  noteJobs(jobs);
  for (const hearer of hearers) hearer(jobs);
}

function update(change: Partial<State>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
