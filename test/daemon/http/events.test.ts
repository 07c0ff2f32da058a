// Server-sent events: who was away is told every change since, over a lost connection and over a kill of the daemon.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { type Listening, listenToEvents, type ReceivedEvent } from '../../helpers/events.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const LATER = '2100-01-01T00:00:00Z';
const AUTHOR = 'a';

let dataDir: string;
let daemon: Daemon;

beforeAll(async () => {
  dataDir = await makeDataDir();
  daemon = await startDaemon({ dataDir });
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function listen(path: string, lastEventId?: number): Promise<Listening> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
  const listening = await listenToEvents(daemon, path, headers as Record<string, string>);
  onTestFinished(listening.close);
  return listening;
}

async function submit(job: object): Promise<string> {
  const { jobs } = (await daemon.call('POST', '/v1/jobs', job)).json<{ jobs: { job: { id: string } }[] }>();
  return jobs[0]!.job.id;
}

const cancel = (id: string) => daemon.call('POST', `/v1/jobs/${id}/cancel`, {});
const isOf = (id: string, state: string) => (event: ReceivedEvent) =>
  event.data.id === id && event.data.state === state;

/** The states in which a job was told with an id. */
function listStates({ events }: Listening, id: string): unknown[] {
  return events
    .filter((event) => event.data.id === id && event.id !== undefined)
    .map(({ data }) => data.state);
}

describe('GET /v1/events', () => {
  test('tells the steps of a job in order, and its progress between', async () => {
    const listening = await listen('/v1/events');
    expect(listening.headers['content-type']).toBe('text/event-stream');
    await listening.next('the beginning', ({ name }) => name === 'open');
    const id = await submit({ text: makeProse(2500) });
    const done = await listening.next('the end', isOf(id, 'completed'));
    expect(done.data).toMatchObject({ progress: 100, result: { url: `/tts/${id}/result` } });
    // Steps that follow each other at once may be told as one.
    const steps = ['queued', 'running', 'completed'];
    const told = listStates(listening, id);
    expect(told).toEqual(steps.filter((step) => told.includes(step)));
    expect(listening.events.some((event) => event.id === undefined && event.data.id === id)).toBe(true);
    const ids = listening.events.flatMap((event) => event.id ?? []);
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
    expect((await daemon.call('DELETE', `/v1/jobs/${id}`)).status).toBe(204);
    await listening.next('that it was forgotten', ({ name, data }) => name === 'removed' && data.id === id);
  });

  test('after a lost connection and a kill of the daemon, all that was missed is told, and nothing twice', async () => {
    const before = await listen('/v1/events');
    const seen = await submit({ text: AUTHOR, not_before: LATER });
    await before.next('the first job', isOf(seen, 'queued'));
    await before.close();
    const missed = await submit({ text: AUTHOR, not_before: LATER });
    await cancel(seen);
    const gone = await submit({ text: AUTHOR, not_before: LATER });
    await cancel(gone);
    await daemon.call('DELETE', `/v1/jobs/${gone}`);

    await daemon.stop('SIGKILL');
    daemon = await startDaemon({ dataDir });
    const after = await listen('/v1/events', before.lastId());
    await after.next('what was missed', ({ name, data }) => name === 'removed' && data.id === gone);
    expect(listStates(after, seen)).toEqual(['cancelled']);
    expect(listStates(after, missed)).toEqual(['queued']);
    expect(after.events.map(({ name }) => name)).toEqual(['open', 'job', 'job', 'removed']);

    const again = await listen('/v1/events', after.lastId());
    await cancel(missed);
    await again.next('what came since', isOf(missed, 'cancelled'));
    expect(again.events.map(({ name }) => name)).toEqual(['open', 'job']);
  });

  test('after=0 tells all there is, as does the number of another queue', async () => {
    const { jobs } = (await daemon.call('GET', '/v1/jobs?limit=1000')).json<{ jobs: { id: string }[] }>();
    for (const path of ['/v1/events?after=0', '/v1/events?after=999999999']) {
      const listening = await listen(path);
      for (const { id } of jobs) await listening.next(`job ${id}`, ({ data }) => data.id === id);
    }
  });

  test('tells only the label and the states that were asked for, and moves on past the others', async () => {
    const listening = await listen('/v1/events?label=book&state=cancelled&state=failed');
    const other = await submit({ text: AUTHOR, not_before: LATER });
    const book = await submit({ text: AUTHOR, not_before: LATER, label: 'book' });
    await cancel(other);
    await cancel(book);
    await listening.next('the book', isOf(book, 'cancelled'));
    expect(listening.events.map(({ name }) => name)).toEqual(['open', 'job']);
  });

  test.each(['/v1/events?after=-1', '/v1/events?after=x', '/v1/events?state=done', '/v1/events?job=1'])(
    '%s is 422',
    async (path) => {
      expect((await daemon.call('GET', path)).status).toBe(422);
    },
  );

  test('a Last-Event-ID that is no number of ours is 422', async () => {
    const reply = await daemon.call('GET', '/v1/events', undefined, { 'last-event-id': 'abc' });
    expect(reply.status).toBe(422);
    expect(reply.body.toString()).toContain('Last-Event-ID');
  });

  test('a listener that reads nothing holds nothing up, and is told all when it reads', async () => {
    const socket = connect(daemon.endpoint.socket);
    onTestFinished(() => {
      socket.destroy();
    });
    socket.pause();
    socket.write('GET /v1/events?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const jobs = Array.from({ length: 2000 }, () => ({ text: AUTHOR, label: 'many', not_before: LATER }));
    const made = (await daemon.call('POST', '/v1/jobs', { jobs })).json<{
      jobs: { job: { id: string } }[];
    }>();
    const last = made.jobs.at(-1)!.job.id;
    const other = await listen('/v1/events');
    const swift = await submit({ text: AUTHOR, not_before: LATER });
    await other.next('another job', isOf(swift, 'queued'));
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.resume();
    await waitFor('the last of many', () => text.includes(swift));
    expect(text).toContain(last);
    expect(text.match(/"label":"many"/g)).toHaveLength(jobs.length);
  });
});

describe('GET /v1/jobs/<id>/events', () => {
  test('begins with the job as it is and ends with its end', async () => {
    const id = await submit({ text: 'One sentence, and another one.' });
    const listening = await listen(`/v1/jobs/${id}/events`);
    await listening.ended;
    expect(listening.events.at(-1)).toMatchObject({
      name: 'job',
      data: { state: 'completed', progress: 100 },
    });
    expect(listening.events.every(({ id: number }) => number !== undefined)).toBe(true);
  });

  test('a browser that has had the end is told to come no more', async () => {
    const id = await submit({ text: AUTHOR, not_before: LATER });
    const first = await listen(`/v1/jobs/${id}/events`);
    await first.next('the beginning', isOf(id, 'queued'));
    const early = first.lastId()!;
    await cancel(id);
    await first.ended;
    expect(first.events.at(-1)).toMatchObject({ data: { state: 'cancelled' } });

    expect((await listen(`/v1/jobs/${id}/events`, first.lastId())).status).toBe(204);
    const missed = await listen(`/v1/jobs/${id}/events`, early);
    await missed.ended;
    expect(missed.events).toMatchObject([{ id: first.lastId(), data: { state: 'cancelled' } }]);
  });

  test('an unknown job is 404', async () => {
    expect((await daemon.call('GET', '/v1/jobs/00000000-0000-0000-0000-000000000000/events')).status).toBe(
      404,
    );
  });
});

test('events have the headers that every answer has', async () => {
  const listening = await listen('/v1/events');
  expect(listening.headers['x-content-type-options']).toBe('nosniff');
});

test('pages of /v1/jobs stay whole while jobs are added', async () => {
  const { jobs: all } = (await daemon.call('GET', '/v1/jobs?limit=1000&label=many')).json<{
    jobs: { id: string }[];
  }>();
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { jobs: { id: string }[]; next_cursor: string | null } = (
      await daemon.call(
        'GET',
        `/v1/jobs?label=many&state=queued&state=cancelled&limit=400${cursor ? `&cursor=${cursor}` : ''}`,
      )
    ).json();
    seen.push(...page.jobs.map(({ id }) => id));
    cursor = page.next_cursor;
    await submit({ text: AUTHOR, label: 'many', not_before: LATER });
  } while (cursor !== null);
  expect(seen.length).toBe(2000);
  expect(new Set(seen).size).toBe(2000);
  expect(seen.slice(0, 1000)).toEqual(all.map(({ id }) => id));
});
