// Reads server-sent events as a browser does: id, name, data; the last id is kept over events without one.
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'undici';
import type { Daemon } from './daemon.ts';
import { waitFor } from './wait-for.ts';

export interface ReceivedEvent {
  id: number | undefined;
  name: string;
  data: Record<string, unknown>;
}

export interface Listening {
  status: number;
  headers: IncomingHttpHeaders;
  /** What has come so far. */
  events: ReceivedEvent[];
  /** As a browser would send it when it connects again. */
  lastId: () => number | undefined;
  /** The first event for which `is` holds, now or later. */
  next: (what: string, is: (event: ReceivedEvent) => boolean) => Promise<ReceivedEvent>;
  /** Resolves when the daemon has ended the answer. */
  ended: Promise<void>;
  close: () => Promise<void>;
}

export async function listenToEvents(
  { endpoint }: Daemon,
  path: string,
  headers: Record<string, string> = {},
): Promise<Listening> {
  const agent = new Agent({ connect: { socketPath: endpoint.socket } });
  const reply = await request(`http://localhost${path}`, { dispatcher: agent, headers });
  const events: ReceivedEvent[] = [];
  let lastId: number | undefined;
  const ended = read().catch(() => {});

  async function read() {
    let rest = '';
    for await (const part of reply.body) {
      const blocks = (rest + part).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const id = field('id') === undefined ? undefined : Number(field('id'));
        lastId = id ?? lastId;
        const data = field('data');
        if (data !== undefined)
          events.push({ id, name: field('event') ?? 'message', data: JSON.parse(data) });
      }
    }
  }

  return {
    status: reply.statusCode,
    headers: reply.headers,
    events,
    lastId: () => lastId,
    next: (what, is) => waitFor(what, () => events.find(is)),
    ended,
    close: () => agent.destroy(),
  };
}
