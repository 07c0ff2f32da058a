// A connection to the daemon that can be had again after the daemon went away.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.ts';
import { createDeadline } from './deadline.ts';
import { findDaemon, getApiKey, getHost, mayAutostart } from './find-daemon.ts';
import { catchInterrupt, Interrupted } from './interrupt.ts';
import { type Address, findLocal, parseHost } from './locate.ts';
import type { Options } from './options.ts';
import { note } from './output.ts';

const RETRY_MS = 200;

export class Session {
  client: Client;
  /** When the time of `--timeout` is over; undefined without one. */
  readonly deadline: AbortSignal | undefined;
  readonly #options: Options;
  readonly #end: AbortController;
  readonly #say: (line: string) => void;
  #mayStart: boolean;
  #reopening: Promise<void> | undefined;

  private constructor(
    address: Address,
    { options, deadline, say }: { options: Options; deadline: AbortSignal | undefined; say: typeof note },
  ) {
    this.deadline = deadline;
    this.#say = say;
    this.#options = options;
    this.#end = new AbortController();
    if (deadline) this.endWith(deadline);
    this.client = this.#connect(address);
    this.#mayStart = mayAutostart(options);
  }

  /** `say` is told when the connection is lost. */
  static async open(options: Options, say: (line: string) => void = note): Promise<Session> {
    const deadline = createDeadline(options.timeout);
    return new Session(await findDaemon(options), { options, deadline, say });
  }

  /** Once the signal has come, every call rejects with its reason, also one that is under way. */
  endWith(signal: AbortSignal): void {
    const end = () => this.#end.abort(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  }

  /**
   * After `lost` broke: finds the daemon again, for as long as it takes. Starts it once at most,
   * so that a daemon that keeps dying is left to whoever looks after it.
   */
  reopen(lost: Client, signal?: AbortSignal): Promise<void> {
    if (this.client !== lost) return Promise.resolve();
    this.#reopening ??= this.#reopen(signal).finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  async #reopen(signal?: AbortSignal): Promise<void> {
    this.#say('The connection to the daemon is lost; what is queued goes on by itself. Connecting again …');
    await this.client.close();
    for (;;) {
      this.#end.signal.throwIfAborted();
      await sleep(RETRY_MS, undefined, { ...(signal && { signal }) }).catch(() => signal?.throwIfAborted());
      const address = await this.#findAgain();
      if (!address) continue;
      this.client = this.#connect(address);
      if (await isReady(this.client)) return;
      await this.client.close();
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  #connect(address: Address): Client {
    return new Client(address, getApiKey(this.#options), this.#end.signal);
  }

  async #findAgain(): Promise<Address | undefined> {
    const host = getHost(this.#options);
    if (host) return parseHost(host);
    const address = await findLocal();
    if (address || !this.#mayStart) return address;
    this.#mayStart = false;
    const { startDaemon } = await import('./autostart.ts');
    return startDaemon();
  }
}

/** A daemon on its way down still answers, but takes nothing on. */
function isReady(client: Client): Promise<boolean> {
  return client.get('/readyz').then(
    () => true,
    () => false,
  );
}

/** Runs `act` with a session and closes it whatever happens. */
export async function withSession<T>(options: Options, act: (session: Session) => Promise<T>): Promise<T> {
  const session = await Session.open(options);
  try {
    return await act(session);
  } finally {
    await session.close();
  }
}

/** The same, for what leaves nothing behind: Ctrl-C and SIGTERM end whatever `act` waits for, and give their exit codes. */
export function withInterruptible(
  options: Options,
  act: (session: Session, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  return withSession(options, async (session) => {
    const { signal, stop } = catchInterrupt();
    session.endWith(signal);
    try {
      return await act(session, signal);
    } catch (error) {
      if (error instanceof Interrupted) return error.exitCode;
      throw error;
    } finally {
      stop();
    }
  });
}
