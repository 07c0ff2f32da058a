// A reverse proxy as people put in front of the daemon: everything under a path prefix goes to it, without the prefix.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PrefixProxy {
  /** Where the page is, with the slash at its end. */
  url: string;
  close(): Promise<void>;
}

export async function startPrefixProxy(target: string, prefix: string): Promise<PrefixProxy> {
  const server = createServer((incoming, reply) => {
    if (!incoming.url?.startsWith(prefix)) return void reply.writeHead(404).end('not here');
    const { method, headers } = incoming;
    const path = incoming.url.slice(prefix.length - 1);
    const asked = request(new URL(path, target), { method, headers }, (answer) => {
      reply.writeHead(answer.statusCode!, answer.headers);
      reply.flushHeaders();
      answer.pipe(reply);
    });
    asked.on('error', () => reply.destroy());
    reply.on('close', () => asked.destroy());
    incoming.pipe(asked);
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
