// Entry of tts: which verb, its exit code, and every error that got this far.
import { VERBS } from './command-table.ts';
import { reportError } from './output.ts';
import type { Call } from './verb.ts';

await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  // A reader that has seen enough, such as `head`, closes the pipe: no reason for an error message.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => endOnClosedPipe(error));
  process.stderr.on('error', (error: NodeJS.ErrnoException) => endOnClosedPipe(error));
  const json = argv.includes('--json');
  try {
    const call = parsePlain(argv) ?? (await parseAny(argv));
    process.exitCode = call ? await run(call) : 0;
  } catch (error) {
    process.exitCode = reportError(error, json);
  }
}

async function run({ verb, args, options }: Call): Promise<number> {
  const command = await verb.load();
  return command.run(args, options);
}

/**
 * A verb with nothing but words, `--json` and `-q` behind it. Most calls in scripts are like that,
 * and loading commander would take longer than answering them.
 */
function parsePlain([name, ...rest]: readonly string[]): Call | undefined {
  const verb = VERBS.find((known) => known.name === name);
  const args = rest.filter((word) => !word.startsWith('-'));
  const flags = rest.filter((word) => word.startsWith('-'));
  const isPlain = flags.every((flag) => ['--json', '-q', '--quiet'].includes(flag));
  if (!verb || !isPlain || (args.length > 0 ? verb.args === '' : verb.args.startsWith('<'))) return undefined;
  const json = flags.includes('--json');
  const quiet = flags.some((flag) => flag !== '--json');
  return { verb, args, options: { ...(json && { json }), ...(quiet && { quiet }) } };
}

async function parseAny(argv: readonly string[]): Promise<Call | undefined> {
  const { parseCommandLine } = await import('./program.ts');
  return parseCommandLine(argv);
}

function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}
