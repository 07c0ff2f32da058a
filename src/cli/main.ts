// Entry of tts: which verb, its exit code, and every error that got this far.
import { TtsError } from '../api/errors.ts';
import { run as showStatus } from './commands/status.ts';
import type { Options } from './options.ts';
import { reportError } from './output.ts';
import { describeUnwritable } from './unwritable.ts';

process.stdout.on('error', endWithoutStdout);
process.stderr.on('error', endOnClosedPipe);
await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  try {
    process.exitCode = (await runStatus(argv)) ?? (await runAny(argv));
  } catch (error) {
    process.exitCode = reportError(error, argv.includes('--json'));
    // What hangs would keep the process alive.
    if (error instanceof TtsError && error.code === 'timed_out') process.exit();
  }
}

async function runAny(argv: readonly string[]): Promise<number> {
  if (argv[0] === '__complete') return (await import('./complete.ts')).run(argv.slice(1));
  const { parseCommandLine } = await import('./program.ts');
  const call = parseCommandLine(argv);
  if (!call) return 0;
  const { run } = await call.verb.load();
  const { timeout } = call.options;
  if (timeout === undefined) return run(call.args, call.options);
  const { guard } = await import('./deadline.ts');
  return guard(run(call.args, call.options), timeout);
}

/**
 * `tts status` runs in prompts and loops: with nothing but ids, `--json` and `-q` behind it, it does without commander
 * and the command table, which would take longer to load than the answer takes. Undefined for any other command line.
 */
async function runStatus([name, ...words]: readonly string[]): Promise<number | undefined> {
  if (name !== 'status') return undefined;
  const options: Options = {};
  const ids: string[] = [];
  for (const word of words) {
    if (word === '--json') options.json = true;
    else if (word === '-q' || word === '--quiet') options.quiet = true;
    else if (word.startsWith('-')) return undefined;
    else ids.push(word);
  }
  return showStatus(ids, options);
}

function endWithoutStdout(error: NodeJS.ErrnoException): void {
  endOnClosedPipe(error);
  process.exit(reportError(describeUnwritable('stdout', error), process.argv.includes('--json')));
}

/**
 * A reader that has seen enough, such as `head`, closes the pipe: no reason for an error message.
 * Remarks that find no place for any other reason do not stop the work.
 */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
}
