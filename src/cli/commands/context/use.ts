// tts context use: which daemon is meant from now on, where no --host says otherwise.
import { readContexts, writeContexts } from '../../contexts.ts';
import type { Options } from '../../options.ts';
import { print } from '../../output.ts';
import { findContext, showContext } from '../../show-context.ts';

const HERE = 'local';

export async function run([name]: readonly string[], options: Options): Promise<number> {
  const { contexts } = readContexts();
  if (name === HERE) {
    writeContexts({ current: null, contexts });
    if (!options.json && !options.quiet) print('The daemon of this machine is meant from now on.');
    return 0;
  }
  const context = findContext(contexts, name!);
  writeContexts({ current: context.name, contexts });
  showContext(context, { options, isCurrent: true });
  return 0;
}
