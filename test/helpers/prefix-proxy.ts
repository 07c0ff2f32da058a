// A reverse proxy as people put in front of the daemon: everything under a path prefix goes to it, without the prefix.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { passOn } from './pass-on.ts';

export interface PrefixProxy {
  /** Where the page is, with the slash at its end. */
  url: string;
  close(): Promise<void>;
}

export async function startPrefixProxy(target: string, prefix: string): Promise<PrefixProxy> {
  const server = createServer((incoming, reply) => {
    if (!incoming.url?.startsWith(prefix)) return void reply.writeHead(404).end('not here');
    passOn(incoming, reply, new URL(incoming.url.slice(prefix.length - 1), target));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
