// The command table as a commander program: parsing, help, suggestions.
import { Command, CommanderError, Help, Option } from 'commander';
import { TtsError } from '../api/errors.ts';
import { COMMON_FLAGS, EXAMPLES, FIRST_STEPS, FURTHER_HELP, VERBS } from './command-table.ts';
import { parseFlag } from './options.ts';
import { print } from './output.ts';
import { getWidth, NARROW_COLUMNS, wrapLine } from './render.ts';
import { suggest } from './suggest.ts';
import type { Call, Flag, Verb } from './verb.ts';
import { readVersion } from './version.ts';

/** What a command line asks for; undefined when it asked for help and got it. Throws `usage` for what is not in the table. */
export function parseCommandLine(argv: readonly string[]): Call | undefined {
  if (argv.length === 0) {
    print(renderFirstSteps());
    return undefined;
  }
  if (argv[0] === 'help') checkHelp(argv.slice(1).filter((word) => !word.startsWith('-')));
  let call: Call | undefined;
  const program = buildProgram((found) => {
    call = found;
  });
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version have been printed.
    if (error.exitCode === 0) return undefined;
    throw describeMistake(error, argv);
  }
  return call;
}

/** What `tts <words> --help` shows. */
export function renderHelp(words: readonly string[]): string {
  let help = '';
  const program = buildProgram(() => undefined);
  const command = words.reduce(
    (parent, word) => parent.commands.find((below) => below.name() === word)!,
    program,
  );
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => HELP_COLUMNS,
  });
  command.outputHelp();
  return help;
}

function renderFirstSteps(): string {
  const width = getWidth();
  const about = wrapLine(ABOUT, 0, width).join('\n');
  return `${about}\n\n${renderColumns(FIRST_STEPS, width)}\n\n${renderColumns(FURTHER_HELP, width)}`;
}

function buildProgram(onCall: (call: Call) => void): Command {
  const program = createCommand('tts')
    .description(ABOUT)
    .version(readVersion(), '-V, --version', 'show the version')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', ({ command }) => renderExamples(EXAMPLES, command));
  for (const flag of COMMON_FLAGS) program.addOption(createOption(flag));
  for (const verb of VERBS) addVerb(program, verb, onCall);
  return program;
}

function addVerb(program: Command, verb: Verb, onCall: (call: Call) => void): void {
  const words = verb.name.split(' ');
  const parent = words.slice(0, -1).reduce(findGroup, program);
  const command = createCommand(words.at(-1)!)
    .description(verb.about)
    .addHelpText('after', ({ command }) => renderExamples(verb.examples, command));
  for (const arg of verb.args.split(' ').filter(Boolean)) command.argument(arg);
  for (const flag of verb.flags) command.addOption(createOption(flag));
  command.action(() => onCall({ verb, args: command.args, options: command.optsWithGlobals() }));
  parent.addCommand(command);
}

/** Of help that goes to no terminal. */
const HELP_COLUMNS = 80;
/** Of an explanation below what it explains. */
const BELOW_INDENT = 6;
const ABOUT = 'Text in, speech out, through a queue that loses nothing.';
const GROUPS: Readonly<Record<string, string>> = {
  context: 'Name the daemons of other machines',
  daemon: 'Start, stop and look after the daemon',
  key: 'Keys for programs on other machines',
  lexicon: 'Say how words are pronounced',
};

function findGroup(parent: Command, name: string): Command {
  const found = parent.commands.find((command) => command.name() === name);
  if (found) return found;
  const group = createCommand(name).description(GROUPS[name]!);
  parent.addCommand(group);
  return group;
}

/** A mistake becomes an exception that nothing has been printed about yet. */
function createCommand(name: string): Command {
  return new Command(name)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 10, formatItem })
    .configureOutput({
      outputError: () => undefined,
      // Some terminals say that they have no columns.
      getOutHelpWidth: () => process.stdout.columns || HELP_COLUMNS,
      getErrHelpWidth: () => process.stderr.columns || HELP_COLUMNS,
    });
}

/** A flag or a verb in the help. */
function formatItem(term: string, termWidth: number, about: string, help: Help): string {
  const columns = help.helpWidth ?? HELP_COLUMNS;
  return columns < NARROW_COLUMNS
    ? renderBelow(term, about, columns)
    : Help.prototype.formatItem.call(help, term, termWidth, about, help);
}

function createOption({ flags, about, parse }: Flag): Option {
  const option = new Option(flags, about);
  if (!parse) return option;
  return option.argParser((word) => parseFlag(option.long!, parse, word));
}

function describeMistake(error: CommanderError, argv: readonly string[]): TtsError {
  const [first = ''] = argv;
  const verb = VERBS.filter(({ name }) => name === argv.slice(0, name.split(' ').length).join(' ')).at(-1);
  const place = verb?.name ?? (first in GROUPS ? first : undefined);
  const help = `See: tts ${place === undefined ? '' : `${place} `}--help`;
  if (error.code === 'commander.help') return new TtsError('usage', `Which command? ${help}`);
  const what = error.message
    .replace(/^error: /, '')
    .replace(/\n/g, ' ')
    .replace(/\.$/, '');
  return new TtsError('usage', `${what}.${describeMisplaced(first)} ${help}`, { cause: error });
}

/** What a flag in front of every command may have been meant for. */
function describeMisplaced(flag: string): string {
  if (flag === '-v') return ' The version: tts -V. A voice stands behind the command: tts say -v VOICE.';
  const owner = VERBS.find(({ flags }) => flags.some((one) => one.flags.split(/[ ,]+/).includes(flag)));
  return flag.startsWith('-') && owner ? ` It stands behind the command: tts ${owner.name} ${flag}.` : '';
}

/** `tts help sya`: the help of what there is not is no help. */
function checkHelp(words: readonly string[]): void {
  const names = VERBS.map(({ name }) => name);
  const wanted = words.join(' ');
  if (
    words.length === 0 ||
    [...names, ...Object.keys(GROUPS)].some((name) => `${name} `.startsWith(`${wanted} `))
  )
    return;
  throw new TtsError('usage', `There is no command ${wanted}.${suggest(wanted, names)} See: tts --help`);
}

function renderExamples(examples: readonly [string, string][], command: Command): string {
  const width = command.configureOutput().getOutHelpWidth?.() ?? HELP_COLUMNS;
  return `\nExamples:\n${renderColumns(examples, width)}`;
}

/** Side by side, or one below the other where it is too narrow for that. */
function renderColumns(rows: readonly [string, string][], columns: number): string {
  const width = Math.max(...rows.map(([line]) => line.length));
  const lines = rows.map(([line, about]) => `  ${line.padEnd(width)}  ${about}`);
  if (lines.every(({ length }) => length <= columns)) return lines.join('\n');
  return rows.map(([line, about]) => renderBelow(line, about, columns)).join('\n');
}

function renderBelow(line: string, about: string, columns: number): string {
  const indent = ' '.repeat(BELOW_INDENT);
  return [`  ${line}`, ...wrapLine(indent + about, BELOW_INDENT, columns)].join('\n');
}
