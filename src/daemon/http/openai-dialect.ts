// OpenAI's words for what went wrong, on every path of its family, whether there is such a route or not.
import type { TtsError } from '../../api/errors.ts';

/** The routes that OpenAI's clients and those of its imitators ask; `/v1/models/<id>/pull` and the like are ours. */
const FAMILY = /^\/v1\/(audio(\/.*)?|models(\/[^/]*)?)$/;

/** Our names of fields, and theirs. */
const FIELDS: Record<string, string> = {
  text: 'input',
  output_format: 'response_format',
  speed_factor: 'speed',
};

export function isOpenAiPath(url: string): boolean {
  return FAMILY.test(url.split('?')[0]!);
}

/** What is wrong with a request is a 400 there. */
export function toOpenAiError(known: TtsError): { status: number; body: object } {
  const status = known.http === 422 ? 400 : known.http;
  const field = known.fields[0]?.loc.slice(1).join('.');
  return {
    status,
    body: {
      error: {
        message: known.message.replace(/^(\w+)(?=:)/, translate),
        type: status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error',
        param: field ? translate(field) : null,
        code: known.code,
      },
    },
  };
}

function translate(field: string): string {
  return FIELDS[field] ?? field;
}
