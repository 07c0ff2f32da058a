// A cap on open connections, and on those from one address, so that no single client can keep the others out.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { TtsError } from '../../api/errors.ts';

/** So many beyond the cap are told why; the rest are closed unheard. */
const TOLD = 16;

export interface Connections {
  /** Throws `too_many_connections` for a request on a connection beyond the cap. */
  check(request: FastifyRequest): void;
}

export function capConnections(server: Server, max: number): Connections {
  const perAddress = Math.ceil(max / 2);
  const byAddress = new Map<string, number>();
  const beyond = new WeakSet<Socket>();
  let all = 0;

  server.on('connection', (socket: Socket) => {
    // A client that left in the meantime has no address any more.
    const address = socket.remoteAddress ?? '';
    const here = (byAddress.get(address) ?? 0) + 1;
    byAddress.set(address, here);
    all++;
    socket.once('close', () => {
      all--;
      const left = byAddress.get(address)! - 1;
      if (left === 0) byAddress.delete(address);
      else byAddress.set(address, left);
    });
    if (all > max + TOLD || here > perAddress + TOLD) socket.destroy();
    else if (all > max || here > perAddress) beyond.add(socket);
  });

  return {
    check({ raw }) {
      if (!beyond.has(raw.socket)) return;
      throw new TtsError(
        'too_many_connections',
        `ttsd has ${max} connections at most, ${perAddress} from one address. Close some, try again later, or raise server.max_connections.`,
      );
    },
  };
}
