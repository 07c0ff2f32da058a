// Between a client and the daemon: requests that are held back until somebody lets them go on.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { passOn } from './pass-on.ts';

export interface Gate {
  origin: string;
  /** `POST /v1/jobs` and the like, in the order in which they came. */
  seen: string[];
  /** Lets through what is held and what comes. */
  open(): void;
  close(): Promise<void>;
}

/** Holds the requests that `isHeld` names. */
export async function startGate(target: string, isHeld: (line: string) => boolean): Promise<Gate> {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const server = createServer(async (incoming: IncomingMessage, reply) => {
    const line = `${incoming.method} ${incoming.url}`;
    gate.seen.push(line);
    if (isHeld(line)) await opened;
    passOn(incoming, reply, new URL(incoming.url!, target));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gate: Gate = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    open,
    close: () =>
      new Promise((resolve) => {
        open();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return gate;
}
