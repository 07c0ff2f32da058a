// What the verbs below `tts context` share: finding one by its name, and showing it without its key.
import { TtsError } from '../api/errors.ts';
import type { Context } from './contexts.ts';
import type { Options } from './options.ts';
import { print, printJson } from './output.ts';
import { suggest } from './suggest.ts';

export function findContext(contexts: readonly Context[], name: string): Context {
  const found = contexts.find((context) => context.name === name);
  if (found) return found;
  const names = contexts.map((context) => context.name);
  throw new TtsError(
    'context_not_found',
    `There is no context ${JSON.stringify(name)}.${suggest(name, names)} See: tts context list`,
  );
}

export function showContext(
  { name, host, apiKey }: Context,
  { options, isCurrent }: { options: Options; isCurrent: boolean },
): void {
  const hasKey = apiKey !== null;
  if (options.json) printJson({ name, host, has_key: hasKey, current: isCurrent });
  else if (options.quiet) print(name);
  else print(`${isCurrent ? '*' : ' '} ${name}  ${host}${hasKey ? '  with a key' : ''}`);
}
