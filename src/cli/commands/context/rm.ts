// tts context rm: forget daemons and their keys.
import { readContexts, writeContexts } from '../../contexts.ts';
import type { Options } from '../../options.ts';
import { print } from '../../output.ts';
import { findContext } from '../../show-context.ts';

export async function run(names: readonly string[], options: Options): Promise<number> {
  const { current, contexts } = readContexts();
  // First all of them, so that a wrong one is said before anything is done.
  const meant = names.map((name) => findContext(contexts, name).name);
  const left = contexts.filter(({ name }) => !meant.includes(name));
  writeContexts({ current: left.some(({ name }) => name === current) ? current : null, contexts: left });
  if (!options.json && !options.quiet) for (const name of meant) print(`${name} removed`);
  return 0;
}
