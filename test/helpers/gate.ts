// Between a client and the daemon: requests that are held back until somebody lets them go on.
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

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
    const { method, headers } = incoming;
    const asked = request(new URL(incoming.url!, target), { method, headers }, (answer) => {
      reply.writeHead(answer.statusCode!, answer.headers);
      reply.flushHeaders();
      answer.pipe(reply);
    });
    asked.on('error', () => reply.destroy());
    reply.on('close', () => asked.destroy());
    incoming.pipe(asked);
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
