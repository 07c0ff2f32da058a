// A proxy as companies have them: plain requests in absolute form, encrypted ones through a tunnel, with a login where one is set.
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ForwardProxy {
  /** `127.0.0.1:PORT`. */
  host: string;
  /** Method and target of every request so far, as they came. */
  seen: string[];
  /** Where it finds hosts that only it knows: `NAME:PORT` to `ADDRESS:PORT`. */
  hosts: Map<string, string>;
  /** `USER:PASSWORD`, which it then asks for. */
  login: string | undefined;
  close(): Promise<void>;
}

export async function startForwardProxy(): Promise<ForwardProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    it.seen.push(`${incoming.method} ${incoming.url}`);
    if (!isLoggedIn(incoming)) return void outgoing.writeHead(407).end();
    const onward = request(
      incoming.url!,
      { method: incoming.method!, headers: incoming.headers },
      (reply) => {
        outgoing.writeHead(reply.statusCode!, reply.headers);
        reply.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    it.seen.push(`CONNECT ${incoming.url}`);
    if (!isLoggedIn(incoming)) return void socket.end('HTTP/1.1 407 Login\r\n\r\n');
    const target = URL.parse(`http://${it.hosts.get(incoming.url!) ?? incoming.url}`)!;
    const onward = connect(Number(target.port), target.hostname, () => {
      socket.write('HTTP/1.1 200 Here you are\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward]) end.on('error', () => {});
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const isLoggedIn = ({ headers }: IncomingMessage) =>
    it.login === undefined ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(it.login).toString('base64')}`;
  const it: ForwardProxy = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    hosts: new Map(),
    login: undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return it;
}
