import { expect, test } from 'vitest';
import { SharedStreams } from '../../../src/daemon/http/shared-stream.ts';

const PARTS = Array.from({ length: 20 }, (_, index) => Buffer.alloc(10, index));
const WHOLE = Buffer.concat(PARTS);

/** A source that counts how often it is opened and how much it was asked for, and notes that it was let go. */
function makeSource() {
  const source = {
    opened: 0,
    made: 0,
    closed: 0,
    async *open() {
      source.opened++;
      try {
        for (const part of PARTS) {
          source.made++;
          yield part;
        }
      } finally {
        source.closed++;
      }
    },
  };
  return source;
}

const { signal } = new AbortController();

async function readAll(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const heard: Buffer[] = [];
  for await (const part of parts) heard.push(part);
  return Buffer.concat(heard);
}

test('who listens from the beginning at the same time hears one making', async () => {
  const source = makeSource();
  const streams = new SharedStreams(50);
  const heard = await Promise.all(
    Array.from({ length: 10 }, () => readAll(streams.read('job', source.open, signal))),
  );
  for (const bytes of heard) expect(bytes.equals(WHOLE)).toBe(true);
  expect(source).toMatchObject({ opened: 1, closed: 1 });
});

test('who falls behind goes on alone and misses nothing', async () => {
  const source = makeSource();
  const streams = new SharedStreams(50);
  const slow = streams.read('job', source.open, signal);
  const first = await slow.next();
  expect((await readAll(streams.read('job', source.open, signal))).equals(WHOLE)).toBe(true);
  expect(Buffer.concat([first.value!, await readAll(slow)]).equals(WHOLE)).toBe(true);
  expect(source).toMatchObject({ opened: 2, closed: 2 });
});

test('who comes late hears the beginning, made anew', async () => {
  const source = makeSource();
  const streams = new SharedStreams(50);
  const early = streams.read('job', source.open, signal);
  for (let part = 0; part < 8; part++) await early.next();
  expect((await readAll(streams.read('job', source.open, signal))).equals(WHOLE)).toBe(true);
  expect(source.opened).toBe(2);
  await early.return(undefined);
});

test('what nobody hears any more is not made', async () => {
  const source = makeSource();
  const left = new AbortController();
  const streams = new SharedStreams(1000);
  const one = streams.read('job', source.open, left.signal);
  const other = streams.read('job', source.open, signal);
  await one.next();
  await other.next();
  left.abort(new Error('left'));
  await one.return(undefined);
  expect(source.closed).toBe(0);
  await other.return(undefined);
  expect(source).toMatchObject({ closed: 1, made: 1 });
  expect((await readAll(streams.read('job', source.open, signal))).equals(WHOLE)).toBe(true);
});

test('who leaves while the next part is made does not wait for it; the others do', async () => {
  const gate = Promise.withResolvers<void>();
  async function* open() {
    yield PARTS[0]!;
    await gate.promise;
    yield PARTS[1]!;
  }
  const left = new AbortController();
  const streams = new SharedStreams();
  const leaving = streams.read('job', open, left.signal);
  const staying = streams.read('job', open, signal);
  await leaving.next();
  await staying.next();
  const never = leaving.next();
  const later = staying.next();
  left.abort(new Error('left'));
  await expect(never).rejects.toThrow('left');
  gate.resolve();
  expect((await later).value).toBe(PARTS[1]);
});

test('when the making fails all who listen are told, and the next one begins anew', async () => {
  let opened = 0;
  async function* open() {
    yield PARTS[0]!;
    if (++opened === 1) throw new Error('the job failed');
  }
  const streams = new SharedStreams();
  const heard = await Promise.allSettled([1, 2].map(() => readAll(streams.read('job', open, signal))));
  expect(heard.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await readAll(streams.read('job', open, signal))).equals(PARTS[0]!)).toBe(true);
});
