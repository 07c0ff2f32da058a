// tts doctor: says what is wrong and the one command that mends it; --fix cuda is one of these commands.
import { TtsError } from '../../api/errors.ts';
import { CHECKS, type Finding, gatherFacts, ROOT } from '../doctor/checks.ts';
import { fixCuda } from '../doctor/cuda.ts';
import type { Options } from '../options.ts';
import { print, printJson } from '../output.ts';

const MARKS: Record<Finding['state'], string> = { ok: 'ok', warn: '--', bad: '!!' };
const BAD_EXIT = 1;

/** 1 when something has to be mended; what is merely missing is said. */
export async function run(_args: readonly string[], options: Options): Promise<number> {
  if (options.fix !== undefined) {
    if (options.fix !== 'cuda')
      throw new TtsError('usage', `--fix: expected cuda, got ${JSON.stringify(options.fix)}.`);
    const finding = fixCuda(ROOT);
    report('cuda', finding, options);
    return finding.state === 'bad' ? BAD_EXIT : 0;
  }
  const facts = await gatherFacts();
  let isBad = false;
  for (const { name, look } of CHECKS) {
    const finding = await Promise.resolve()
      .then(() => look(facts))
      .catch((error: Error): Finding => ({ state: 'bad', says: error.message, mend: 'tts daemon logs' }));
    isBad ||= finding.state === 'bad';
    report(name, finding, options);
  }
  return isBad ? BAD_EXIT : 0;
}

function report(name: string, { state, says, mend }: Finding, options: Options): void {
  if (options.json) {
    printJson({ check: name, state, says, mend: mend ?? null });
    return;
  }
  if (options.quiet && state !== 'bad') return;
  print(`${MARKS[state]}  ${name.padEnd(8)} ${says}`);
  if (mend !== undefined) print(`             mend it: ${mend}`);
}
