// As little HTTP client as it takes to keep a daemon busy from the same machine: one connection, one request at a time.
// A full client would cost more processor time than the daemon that it measures.
import { connect, type Socket } from 'node:net';

export interface Connection {
  /** Sends a POST and answers its status. */
  post(path: string, json: string): Promise<number>;
  close(): void;
}

export async function openConnection(socketPath: string): Promise<Connection> {
  const socket = connect(socketPath);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const answers = readAnswers(socket);
  return {
    async post(path, json) {
      const length = Buffer.byteLength(json);
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${json}`,
      );
      const { value, done } = await answers.next();
      if (done) throw new Error('the daemon closed the connection');
      return value;
    },
    close: () => socket.destroy(),
  };
}

/** The status of each answer, when its whole body has come. */
async function* readAnswers(socket: Socket): AsyncGenerator<number> {
  let read = '';
  for await (const part of socket.setEncoding('latin1')) {
    read += part;
    const headLength = read.indexOf('\r\n\r\n') + 4;
    const bodyLength = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(read)?.[1]);
    if (headLength < 4 || read.length < headLength + bodyLength) continue;
    yield Number(read.slice('HTTP/1.1 '.length, headLength).split(' ', 1)[0]);
    read = '';
  }
}
