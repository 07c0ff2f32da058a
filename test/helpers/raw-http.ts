// HTTP by hand, for requests that no library would send.
import { connect, type Socket } from 'node:net';

export interface RawReply {
  /** 0 when the connection ended without an answer. */
  status: number;
  head: string;
  body: string;
}

/** Opens a connection to the daemon's port; an error on it only ends it. */
export function openSocket(origin: string, localAddress?: string): Socket {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), ...(localAddress ? { localAddress } : {}) });
  socket.on('error', () => {});
  return socket;
}

/** What has come when the daemon closes the connection. */
export function readToEnd(socket: Socket): Promise<RawReply> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  return new Promise((resolve) => {
    socket.once('close', () => resolve(parseReply(Buffer.concat(parts).toString())));
  });
}

/** Sends a head of these lines and answers what comes back. */
export function sendRaw(origin: string, lines: string[], body = ''): Promise<RawReply> {
  const socket = openSocket(origin);
  const reply = readToEnd(socket);
  socket.write([...lines, 'Connection: close', '', body].join('\r\n'));
  return reply;
}

function parseReply(text: string): RawReply {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') };
}
