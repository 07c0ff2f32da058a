// Reads JSON bodies strictly: bytes that are not UTF-8 and text that is not JSON are told apart and told where.
import type { FastifyInstance } from 'fastify';
import { TtsError } from '../../api/errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // Clients such as curl -d send JSON under the form type; what is not JSON is told so below.
  const types = ['application/json', 'application/x-www-form-urlencoded'];
  app.addContentTypeParser(types, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseJson(body),
  );
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  let text: string;
  try {
    text = decoder.decode(body);
  } catch (cause) {
    throw invalidBody('the body is not valid UTF-8; send JSON in UTF-8', cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidBody(`the body is not valid JSON: ${shorten((cause as Error).message)}`, cause);
  }
}

/** V8 quotes the input in its message: a long one must not come back whole. */
function shorten(message: string): string {
  return message.length > 160 ? `${message.slice(0, 160)}…` : message;
}

function invalidBody(msg: string, cause: unknown): TtsError {
  return new TtsError('invalid_request', msg, {
    cause,
    fields: [{ loc: ['body'], msg, type: 'json_invalid' }],
  });
}
