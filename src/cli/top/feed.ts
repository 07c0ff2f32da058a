// What the screen of tts top shows, asked for once a second and after each act, over restarts of the daemon.
import type { JobView } from '../../api/job.ts';
import type { ChunksReply, OverviewReply, QueueReply, TextReply, VersionReply } from '../../api/v1.ts';
import type { Client } from '../client.ts';
import { listShown, OVERVIEW_PATH } from '../commands/status.ts';
import { pathOf } from '../each-job.ts';
import type { Session } from '../session.ts';

const REFRESH_MS = 1000;
/** A long queue is asked for less often: the answer has all of it. */
const LONG_QUEUE = 200;
const LONG_REFRESH_MS = 5000;
const SHOWN_QUEUED = 1000;
const SHOWN_ENDED = 50;
/** Chunks around the one in hand. */
const BEFORE = 1;
const SHOWN_CHUNKS = 3;

/** A chunk in words, and what is known of how long it is heard. */
export interface Sentence {
  index: number;
  text: string;
  /** With the silence around it; null until it is made. */
  lengthSec: number | null;
}

export interface Detail {
  job: JobView;
  sentences: Sentence[];
  totalChunks: number;
}

export interface Snapshot {
  version: string;
  queue: QueueReply;
  jobs: JobView[];
  /** Undefined until a job is selected. */
  detail: Detail | undefined;
}

export interface Feed {
  /** Which job's details are wanted, and around which chunk; by default the one in hand. */
  look(id: string | undefined, chunk?: number): void;
  refresh(): void;
}

/** Calls `onNews` with each snapshot, and with undefined while the daemon does not answer, until `signal`. */
export function follow(
  session: Session,
  { onNews, signal }: { onNews: (news: Snapshot | undefined) => void; signal: AbortSignal },
): { feed: Feed; ended: Promise<void> } {
  let wanted: { id: string | undefined; chunk?: number | undefined } = { id: undefined };
  let text: { id: string; text: string } | undefined;
  let ring = () => {};

  async function ask(client: Client): Promise<Snapshot> {
    const [version, overview, detail] = await Promise.all([
      client.get<VersionReply>('/v1/version'),
      client.get<OverviewReply>(`${OVERVIEW_PATH}?queued=${SHOWN_QUEUED}&ended=${SHOWN_ENDED}`),
      wanted.id === undefined ? undefined : askDetail(client, wanted.id).catch(ignoreGone),
    ]);
    return { version: version.version, queue: overview.queue, jobs: listShown(overview), detail };
  }

  async function askDetail(client: Client, id: string): Promise<Detail> {
    const job = await client.get<JobView>(pathOf(id));
    const middle = wanted.chunk ?? Math.max(0, job.current_chunk - 1);
    const from = job.finished_at !== null && wanted.chunk === undefined ? 0 : Math.max(0, middle - BEFORE);
    const reply = await client.get<ChunksReply>(pathOf(id, `/chunks?from=${from}&limit=${SHOWN_CHUNKS}`));
    if (text?.id !== job.id) text = { id: job.id, ...(await client.get<TextReply>(pathOf(id, '/text'))) };
    const words = text.text;
    return {
      job,
      totalChunks: reply.total_chunks,
      sentences: reply.chunks.map(({ index, start, end, lead_sec, audio_sec, pause_sec }) => ({
        index,
        text: words.slice(start, end).replace(/\s+/g, ' ').trim(),
        lengthSec: audio_sec === null ? null : lead_sec + audio_sec + (pause_sec ?? 0),
      })),
    };
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const { client } = session;
      const news = await ask(client).catch(() => undefined);
      if (signal.aborted) return;
      onNews(news);
      if (news === undefined) await session.reopen(client, signal).catch(() => signal.throwIfAborted());
      else await rest(news.jobs.length > LONG_QUEUE ? LONG_REFRESH_MS : REFRESH_MS);
    }
  }

  function rest(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    ring = () => resolve();
    signal.addEventListener('abort', ring, { once: true });
    const listened = ring;
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', listened);
    });
  }

  const feed: Feed = {
    look(id, chunk) {
      const isNew = id !== wanted.id || chunk !== wanted.chunk;
      wanted = { id, chunk };
      if (isNew) ring();
    },
    refresh: () => ring(),
  };
  return { feed, ended: run().catch(() => undefined) };
}

/** A job that was forgotten, or whose text was, has no details. */
function ignoreGone(): undefined {
  return undefined;
}
