// Brings what is missing of a file from one source: several connections where the server can send parts, each tried again with
// growing pauses as long as it brings something.
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { type Opened, openRange } from './open-range.ts';
import type { Part, Segment } from './part.ts';
import { describeNetworkError, SourceError } from './source-error.ts';
import type { Sources } from './sources.ts';

export interface FetchContext {
  sources: Sources;
  dispatcher: Dispatcher;
  signal: AbortSignal;
  patience: Patience;
  /** Told whenever bytes have come, or were found to be of no use. */
  onBytes: () => void;
}

export interface Patience {
  /** In a row that bring nothing, before it is given up. */
  tries: number;
  /** The first pause; each is twice the one before. */
  pauseMs: number;
}

/** Half a minute in all. */
export const PATIENCE: Patience = { tries: 6, pauseMs: 1000 };

const CONNECTIONS = 4;
const LONGEST_PAUSE_MS = { ours: 10_000, asked: 60_000 };
const MOST_RESTARTS = 3;

/** The server sent the whole file where a part was asked for: it cannot send parts, or the file is another one by now. */
class StartOver extends Error {}

/** What the hub says of the file on the way. */
export interface Announced {
  sha256: string | undefined;
}

/** Resolves when all bytes are there, unchecked. Throws `SourceError`, the signal's reason, or the file system's error. */
export async function fetchPart(part: Part, url: string, context: FetchContext): Promise<Announced> {
  const announced: Announced = { sha256: undefined };
  if (part.url !== url) {
    part.url = url;
    part.etag = undefined;
  }
  for (let restarts = 0; ; restarts++) {
    try {
      await fetchSegments(part, announced, context);
      return announced;
    } catch (error) {
      if (!(error instanceof StartOver)) throw error;
      if (restarts === MOST_RESTARTS)
        throw new SourceError('model_damaged', `${new URL(url).host} sends another file each time.`);
      await part.startOver({ inOne: true });
      context.onBytes();
    }
  }
}

async function fetchSegments(part: Part, announced: Announced, context: FetchContext): Promise<void> {
  const waiting = part.segments.filter(({ start, end, done }) => start + done < end);
  const first = waiting.shift();
  if (first === undefined) return;
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  const bring = (segment: Segment, onOpen?: () => void) =>
    fetchSegment(part, segment, announced, { ...context, signal, ...(onOpen && { onOpen }) });
  const note = (error: unknown) => failed.abort(error);
  const drain = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await bring(next);
  };
  const others: Promise<void>[] = [];
  // They wait until the first has shown that the server sends parts.
  const startOthers = () => {
    while (others.length < Math.min(CONNECTIONS - 1, waiting.length)) others.push(drain().catch(note));
  };
  await bring(first, startOthers).then(drain).catch(note);
  await Promise.all(others);
  signal.throwIfAborted();
}

async function fetchSegment(
  part: Part,
  segment: Segment,
  announced: Announced,
  context: FetchContext & { onOpen?: () => void },
): Promise<void> {
  let fruitless = 0;
  while (segment.start + segment.done < segment.end) {
    const before = segment.done;
    try {
      await readOnce(part, segment, announced, context);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof SourceError) || !error.isPassing) throw error;
      fruitless = segment.done > before ? 0 : fruitless + 1;
      const { tries, pauseMs } = context.patience;
      if (fruitless === tries) throw error;
      const oursMs = Math.min(pauseMs * 2 ** Math.max(0, fruitless - 1), LONGEST_PAUSE_MS.ours);
      const askedMs = Math.min(error.waitMs, LONGEST_PAUSE_MS.asked);
      // Not all segments at the same moment.
      const ms = Math.max(oursMs * (0.75 + Math.random() / 2), askedMs);
      await delay(ms, undefined, { signal: context.signal }).catch(() => context.signal.throwIfAborted());
    }
  }
}

/** One connection: as far as it goes. */
async function readOnce(
  part: Part,
  segment: Segment,
  announced: Announced,
  { onOpen, onBytes, ...context }: FetchContext & { onOpen?: () => void },
): Promise<void> {
  const start = segment.start + segment.done;
  const isWhole = start === 0 && segment.end === part.bytes;
  const range = isWhole ? undefined : { start, end: segment.end };
  const opened = await openRange(part.url, { range, etag: part.etag }, context);
  announced.sha256 ??= opened.announced;
  try {
    checkOpened(opened, part, range);
    if (opened.range === null && !isWhole) {
      if (part.segments.length > 1) throw new StartOver();
      segment.done = 0;
    }
    part.etag ??= opened.etag;
    onOpen?.();
    for await (const piece of readBody(opened)) {
      if (segment.start + segment.done + piece.length > segment.end)
        throw new SourceError(
          'model_damaged',
          `${opened.url.host} sends more of the file than there should be.`,
        );
      await part.write(segment, piece);
      onBytes();
    }
  } finally {
    opened.body.destroy();
  }
  if (segment.start + segment.done < segment.end)
    throw describeNetworkError(new Error('it ended too early'), opened.url);
}

async function* readBody({ body, url }: Opened): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw describeNetworkError(error, url);
  }
}

function checkOpened(opened: Opened, part: Part, wanted: { start: number } | undefined): void {
  const { url, range, lengthBytes } = opened;
  if (range !== null && range.start !== (wanted?.start ?? 0))
    throw new SourceError('model_damaged', `${url.host} sends another part of the file than was asked for.`);
  const total = range === null ? lengthBytes : range.total;
  if (total !== null && total !== undefined && total !== part.bytes)
    throw new SourceError(
      'model_damaged',
      `The file at ${url.host}${url.pathname} has ${total} bytes, expected ${part.bytes}. It is another version.`,
    );
}
