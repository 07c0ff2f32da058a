// tts context list: the daemons that have names; their keys are not shown.
import { readContexts } from '../../contexts.ts';
import type { Options } from '../../options.ts';
import { note } from '../../output.ts';
import { showContext } from '../../show-context.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const { current, contexts } = readContexts();
  if (contexts.length === 0 && !options.json && !options.quiet)
    note('No contexts yet; the daemon of this machine is meant. Add one: tts context add NAME --host URL');
  for (const context of contexts) showContext(context, { options, isCurrent: context.name === current });
  return 0;
}
