// What a proxy does with a request: sends it on, and its answer back.
import { type IncomingMessage, request, type ServerResponse } from 'node:http';

/** Whichever side breaks off, the other is told. */
export function passOn(incoming: IncomingMessage, reply: ServerResponse, to: URL): void {
  const { method, headers } = incoming;
  const asked = request(to, { method, headers }, (answer) => {
    reply.writeHead(answer.statusCode!, answer.headers);
    reply.flushHeaders();
    answer.pipe(reply);
  });
  asked.on('error', () => reply.destroy());
  reply.on('close', () => asked.destroy());
  incoming.pipe(asked);
}
