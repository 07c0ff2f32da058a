// Speaks HTTP with the daemon, over its Unix socket or over TCP.
import type { Readable } from 'node:stream';
import { type FormData, Pool } from 'undici';
import { TtsError } from '../api/errors.ts';
import { REMOVED_EVENT } from '../api/events.ts';
import type { JobView } from '../api/job.ts';
import { checkVersion } from './check-version.ts';
import { type Address, nameAddress } from './locate.ts';
import { parseReply } from './reply.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Download {
  /** 200: the whole file; 206: from the offset on. */
  status: 200 | 206;
  /** Hex SHA-256 of the whole file. */
  sha256: string;
  bytes: AsyncIterable<Buffer>;
}

const VERSION_PATH = '/v1/version';
const ANSWER_TIMEOUT_MS = 60_000;
/** Copying a database of many gigabytes comes before the first byte. */
const BACKUP_TIMEOUT_MS = 30 * 60_000;
/** A file of many gigabytes is received, checked and tried out before the answer. */
const FILE_TIMEOUT_MS = 30 * 60_000;
/** The daemon sends a comment every 15 s; a longer silence means it is gone. */
const EVENT_SILENCE_MS = 45_000;

/** What may be wrong with another machine. */
const REACH_IT =
  ' Is the address right, does ttsd run there, and does it listen for others (server.host in its config.yaml)?';

export class Client {
  readonly address: Address;
  readonly #pool: Pool;
  readonly #authorization: Record<string, string>;
  readonly #end: AbortSignal | undefined;

  /**
   * The key is for an address that others can reach; on the socket there is nothing to prove. After `end` every call rejects with
   * its reason.
   */
  constructor(address: Address, apiKey?: string, end?: AbortSignal) {
    this.address = address;
    this.#end = end;
    this.#authorization =
      address.kind === 'tcp' && apiKey !== undefined ? { authorization: `Bearer ${apiKey}` } : {};
    this.#pool =
      address.kind === 'unix'
        ? new Pool('http://localhost', { socketPath: address.path })
        : new Pool(address.origin);
  }

  get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>('PUT', path, body);
  }

  /** An answer that is no JSON. */
  async getText(path: string): Promise<string> {
    const { body } = await this.#send('GET', path, {});
    return body.text().catch((error) => this.#throwUnreachable(error));
  }

  /** Sends a form with a file in it. */
  async postForm<T>(path: string, form: FormData): Promise<T> {
    const { statusCode, body } = await this.#send('POST', path, { form });
    return parseReply(statusCode, await body.text().catch((error) => this.#throwUnreachable(error))) as T;
  }

  /** The job whose result a route answers with; it is made when this resolves. */
  async getJobOf(path: string): Promise<JobView> {
    const { headers, body } = await this.#send('GET', path, {});
    await body.dump();
    return this.get<JobView>(`/v1/jobs/${headers['x-job-id']}`);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>('PATCH', path, body);
  }

  async delete(path: string): Promise<void> {
    await this.#call('DELETE', path);
  }

  /** The job at once and after each change. Throws `daemon_unreachable` when the stream breaks off before a final state. */
  async *events(id: string, signal?: AbortSignal): AsyncGenerator<JobView> {
    for await (const { name, data } of this.#readEvents(`/v1/jobs/${id}/events`, signal)) {
      if (name === REMOVED_EVENT) throw new TtsError('job_not_found', `Job ${id} was forgotten meanwhile.`);
      yield data as JobView;
    }
  }

  /** `open` once, then each job that changes (`job`) or is forgotten (`removed`) from then on. Breaks off as `events` does. */
  changes(signal?: AbortSignal): AsyncGenerator<{ name: string; data: unknown }> {
    return this.#readEvents('/v1/events', signal);
  }

  /** The same of jobs that end. */
  ends(signal?: AbortSignal): AsyncGenerator<{ name: string; data: unknown }> {
    return this.#readEvents('/v1/events?state=completed&state=failed&state=cancelled', signal);
  }

  /** How a pull goes on, until it is done or has failed. Leaving it stops the pull, unless others watch it. */
  pull(id: string, signal?: AbortSignal): AsyncGenerator<{ name: string; data: unknown }> {
    return this.#readEvents(`/v1/models/${encodeURIComponent(id)}/pull`, signal, 'POST');
  }

  /** Sends a file as it is. */
  async postFile<T>(path: string, file: Readable, type: string): Promise<T> {
    const { statusCode, body } = await this.#send('POST', path, {
      file,
      headers: { 'content-type': type },
      headersTimeout: FILE_TIMEOUT_MS,
    });
    return parseReply(statusCode, await body.text().catch((error) => this.#throwUnreachable(error))) as T;
  }

  async *#readEvents(
    path: string,
    signal: AbortSignal | undefined,
    method: Method = 'GET',
  ): AsyncGenerator<{ name: string; data: unknown }> {
    const { body } = await this.#send(method, path, { signal, bodyTimeout: EVENT_SILENCE_MS });
    let rest = '';
    const decoder = new TextDecoder();
    for await (const part of this.#read(body, signal)) {
      const events = (rest + decoder.decode(part, { stream: true })).split('\n\n');
      rest = events.pop()!;
      for (const event of events) {
        const fields = new Map(event.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
        const data = fields.get('data');
        if (data !== undefined) yield { name: fields.get('event') ?? '', data: JSON.parse(data) };
      }
    }
  }

  /** The result of a completed job from byte `offset` on; from 0 when the file is not the one with `sha256`. */
  async download(id: string, offset: number, sha256: string): Promise<Download> {
    const range = offset > 0 ? { range: `bytes=${offset}-`, 'if-range': `"${sha256}"` } : {};
    const { statusCode, headers, body } = await this.#send('GET', `/tts/${id}/result`, { headers: range });
    return {
      status: statusCode === 206 ? 206 : 200,
      sha256: String(headers.etag ?? '').replaceAll('"', ''),
      bytes: this.#read(body),
    };
  }

  /** Audio as it is made, from where an earlier stream with that etag broke off. The first byte may take as long as the queue. */
  async stream(
    path: string,
    { from, signal }: { from?: { bytes: number; etag: string }; signal?: AbortSignal | undefined },
  ): Promise<{ etag: string; bytes: AsyncIterable<Buffer> }> {
    const range = from && from.bytes > 0 ? { range: `bytes=${from.bytes}-`, 'if-range': from.etag } : {};
    const { headers, body } = await this.#send('GET', path, {
      headers: range,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { etag: String(headers.etag ?? ''), bytes: this.#read(body, signal) };
  }

  /** The whole job database as it is now, and how many bytes that is. */
  async backup(): Promise<{ length: number; bytes: AsyncIterable<Buffer> }> {
    const { headers, body } = await this.#send('GET', '/v1/backup', { headersTimeout: BACKUP_TIMEOUT_MS });
    return { length: Number(headers['content-length']), bytes: this.#read(body) };
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #call<T>(method: Method, path: string, value?: unknown): Promise<T> {
    const { statusCode, body } = await this.#send(method, path, { value });
    const text = await body.text().catch((error) => this.#throwUnreachable(error));
    return parseReply(statusCode, text) as T;
  }

  async #send(
    method: Method,
    path: string,
    options: {
      value?: unknown;
      form?: FormData;
      file?: Readable;
      headers?: Record<string, string>;
      signal?: AbortSignal | undefined;
      headersTimeout?: number;
      bodyTimeout?: number;
    },
  ) {
    const json = options.value === undefined ? undefined : JSON.stringify(options.value);
    const signal = this.#joinEnd(options.signal);
    const reply = await this.#pool
      .request({
        method,
        path,
        headers: {
          ...this.#authorization,
          ...options.headers,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: json ?? options.form ?? options.file ?? null,
        headersTimeout: options.headersTimeout ?? ANSWER_TIMEOUT_MS,
        bodyTimeout: options.bodyTimeout ?? ANSWER_TIMEOUT_MS,
        ...(signal ? { signal } : {}),
      })
      .catch((error) => this.#throwUnreachable(error, signal));
    if (reply.statusCode < 400) return reply;
    const text = await reply.body.text().catch((error) => this.#throwUnreachable(error));
    try {
      parseReply(reply.statusCode, text);
    } catch (refusal) {
      if (path !== VERSION_PATH) await checkVersion(refusal, () => this.get(VERSION_PATH));
      const { nameNearestJob } = await import('./nearest-job.ts');
      throw await nameNearestJob(refusal, path, (other) => this.get(other));
    }
    return reply;
  }

  async *#read(body: AsyncIterable<Buffer>, signal?: AbortSignal): AsyncGenerator<Buffer> {
    try {
      yield* body;
    } catch (error) {
      this.#throwUnreachable(error, signal);
    }
  }

  #joinEnd(signal: AbortSignal | undefined): AbortSignal | undefined {
    return signal && this.#end ? AbortSignal.any([signal, this.#end]) : (signal ?? this.#end);
  }

  #throwUnreachable(error: unknown, signal?: AbortSignal): never {
    if (signal?.aborted) throw signal.reason;
    if (this.#end?.aborted) throw this.#end.reason;
    if (error instanceof TtsError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TtsError(
      'daemon_unreachable',
      `The daemon at ${nameAddress(this.address)} does not answer: ${reason}.${this.address.kind === 'tcp' ? REACH_IT : ''}`,
      {
        cause: error,
      },
    );
  }
}
