// One GET on this machine without an HTTP library: loading undici takes longer than all the rest of `tts status`.
// HTTP/1.0 with an answer that ends where the connection does; the declared length tells a cut answer from a whole one.
import { TtsError } from '../api/errors.ts';
import { type Address, nameAddress } from './locate.ts';
import { parseReply } from './reply.ts';

// See locate.ts.
const { connect } = process.getBuiltinModule('node:net');
const ANSWER_TIMEOUT_MS = 30_000;

export async function getJson<T>(address: Address, path: string): Promise<T> {
  const { status, body } = await getRaw(address, path);
  try {
    return parseReply(status, body) as T;
  } catch (refusal) {
    const { checkVersion } = await import('./check-version.ts');
    await checkVersion(refusal, async () => JSON.parse((await getRaw(address, '/v1/version')).body));
    const { nameNearestJob } = await import('./nearest-job.ts');
    throw await nameNearestJob(refusal, path, (other) => getJson(address, other));
  }
}

/** Rejects with `daemon_unreachable` when no whole answer came. */
export function getRaw(
  address: Address,
  path: string,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const parts: Buffer[] = [];
  const socket = address.kind === 'unix' ? connect(address.path) : connectTcp(address.origin);
  const fail = (cause?: unknown) =>
    reject(
      new TtsError('daemon_unreachable', `The daemon does not answer on ${nameAddress(address)}.`, { cause }),
    );
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer in time')));
  socket.on('data', (part) => parts.push(part));
  socket.on('error', fail);
  socket.on('close', () => {
    const answer = Buffer.concat(parts);
    const headEnd = answer.indexOf('\r\n\r\n');
    const head = answer.toString('latin1', 0, Math.max(headEnd, 0));
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    const body = answer.subarray(headEnd + 4);
    if (!status || (length && Number(length[1]) !== body.length)) return fail();
    return resolve({ status: Number(status[1]), body: body.toString() });
  });
  socket.write(`GET ${path} HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n\r\n`);
  return promise;
}

function connectTcp(origin: string) {
  const { hostname, port } = new URL(origin);
  return connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) });
}
