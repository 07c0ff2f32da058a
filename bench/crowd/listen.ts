// A process full of listeners, so that reading what they hear keeps nothing waiting that is measured.
// Started by ../crowd.ts: told by message what to listen to, it says `open` when all are heard, and at the end what was wrong.
import { createHash } from 'node:crypto';
import { Agent, get, type IncomingMessage } from 'node:http';
import { isFinal, type JobView } from '../../src/api/job.ts';
import { type Crowd, type FromCrowd, type Heard, WAV_HEADER_BYTES } from './protocol.ts';

process.once('message', async (crowd: Crowd) => {
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const heard: Heard = { sha256: '', bytes: 0, events: 0, firstMs: [], wrong: [] };
  const reference = new Reference();
  const opened: Promise<void>[] = [];
  const ended = crowd.paths.map(async (path) => {
    const beganMs = performance.now();
    const first = Promise.withResolvers<void>();
    opened.push(first.promise);
    try {
      const answer = await ask(crowd.socket, path, agent);
      if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
      const noteFirst = () => {
        heard.firstMs.push(performance.now() - beganMs);
        first.resolve();
      };
      answer.once('data', noteFirst);
      if (crowd.kind === 'audio') await hearAudio(answer, reference, heard);
      else await hearEvents(answer, crowd.kind, heard);
    } catch (error) {
      heard.wrong.push(`${path}: ${(error as Error).message}`);
    }
    first.resolve();
  });
  await Promise.all(opened);
  process.send!({ open: true } satisfies FromCrowd);
  // The queue has no end: its listeners leave when they are told.
  process.once('message', () => agent.destroy());
  await Promise.all(ended);
  const sha256 = createHash('sha256').update(reference.whole.subarray(WAV_HEADER_BYTES)).digest('hex');
  process.send!({ heard: { ...heard, sha256 } } satisfies FromCrowd, () => process.disconnect());
});

function ask(socketPath: string, path: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path, agent, headers: { host: 'localhost' } }, resolve).once('error', reject);
  });
}

/** What whoever is furthest has heard; the others must hear the same. */
class Reference {
  #parts: Buffer = Buffer.alloc(1024 * 1024);
  #length = 0;

  get whole(): Buffer {
    return this.#parts.subarray(0, this.#length);
  }

  isSame(part: Buffer, at: number): boolean {
    const known = Math.min(part.length, this.#length - at);
    if (known > 0 && part.compare(this.#parts, at, at + known, 0, known) !== 0) return false;
    if (known < part.length) this.#add(part.subarray(Math.max(known, 0)));
    return true;
  }

  #add(part: Buffer): void {
    if (this.#length + part.length > this.#parts.length)
      this.#parts = Buffer.concat([this.whole], (this.#length + part.length) * 2);
    part.copy(this.#parts, this.#length);
    this.#length += part.length;
  }
}

async function hearAudio(answer: IncomingMessage, reference: Reference, heard: Heard): Promise<void> {
  let at = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    if (!reference.isSame(part, at)) throw new Error(`heard something else at byte ${at}`);
    at += part.length;
    heard.bytes += part.length;
  }
  if (at !== reference.whole.length) throw new Error(`heard ${at} of ${reference.whole.length} bytes`);
}

async function hearEvents(answer: IncomingMessage, kind: 'job' | 'queue', heard: Heard): Promise<void> {
  let text = '';
  let lastId = 0;
  let last: JobView | undefined;
  const hear = (event: string) => {
    const id = Number(/^id: (\d+)$/m.exec(event)?.[1] ?? lastId);
    if (id < lastId) throw new Error(`event ${id} came after ${lastId}`);
    lastId = id;
    const data = /^data: (.*)$/m.exec(event)?.[1];
    if (data === undefined) return;
    heard.events++;
    if (kind === 'job') last = JSON.parse(data) as JobView;
  };
  try {
    for await (const part of answer.setEncoding('utf8') as AsyncIterable<string>) {
      heard.bytes += part.length;
      text += part;
      const events = text.split('\n\n');
      text = events.pop()!;
      for (const event of events) hear(event);
    }
  } catch (error) {
    if (kind !== 'queue' || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
  if (kind === 'job' && (last === undefined || !isFinal(last.state) || last.progress !== 100))
    throw new Error(`heard at last: ${last?.state}, ${last?.progress} %`);
}
