// Checks what a request carries against its schema; the first thing wrong in each field is told, as FastAPI writes it.
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Convert } from 'typebox/value';
import { type FieldError, TtsError } from '../../api/errors.ts';

/**
 * For Fastify's `setValidatorCompiler`. Only query strings, which hold nothing but text, are converted. Compiled by the first
 * request that needs it: all of them take as long as the rest of a start.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let validator: Validator | undefined;
  const part = httpPart === 'querystring' ? 'query' : httpPart === 'params' ? 'path' : (httpPart ?? 'body');
  return (input: unknown) => {
    validator ??= Compile(schema);
    // No body at all is told like an empty one.
    const value = httpPart === 'querystring' ? Convert(schema, input) : (input ?? null);
    return validator.Check(value) ? { value } : { error: toError(validator, value, part) };
  };
};

/** Parses a value from outside, or throws `invalid_request` with every field that is wrong. */
export function parse<T>(validator: Validator, value: unknown, part = 'body'): T {
  if (!validator.Check(value)) throw toError(validator, value, part);
  return value as T;
}

function toError(validator: Validator, value: unknown, part: string): TtsError {
  const fields = new Map<string, FieldError>();
  for (const { instancePath, keyword, message, params } of validator.Errors(value)) {
    const names = (params as { requiredProperties?: string[]; additionalProperties?: string[] }) ?? {};
    const inside = names.requiredProperties ?? names.additionalProperties ?? [];
    for (const name of inside.length > 0 ? inside : [undefined]) {
      const path = name === undefined ? instancePath : `${instancePath}/${name}`;
      // A nullable field reports each way in which it is wrong; the first is the one that helps.
      if (fields.has(path) || keyword === 'anyOf' || keyword === 'boolean' || message === 'must be null')
        continue;
      fields.set(path, { loc: [part, ...toLoc(path)], ...describe(keyword, message, params) });
    }
  }
  const all = [...fields.values()].filter(
    (field) => field.type !== 'value_error' || fields.size === 1 || field.loc.length > 1,
  );
  const message = all.map(({ loc, msg }) => `${loc.slice(1).join('.') || part}: ${msg}`).join('; ');
  return new TtsError('invalid_request', message || `${part}: is not what this route takes`, { fields: all });
}

function toLoc(path: string): (string | number)[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function describe(keyword: string, message: string, params: unknown): { msg: string; type: string } {
  if (keyword === 'required') return { msg: 'field required', type: 'missing' };
  if (keyword === 'additionalProperties') return { msg: 'is not a known field', type: 'extra_forbidden' };
  if (keyword === 'enum') {
    const { allowedValues } = params as { allowedValues: unknown[] };
    return { msg: `must be one of ${allowedValues.join(', ')}`, type: 'enum' };
  }
  return { msg: message, type: keyword === 'type' ? 'type_error' : 'value_error' };
}
