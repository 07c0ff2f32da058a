// Writes docs/cli.md and man/tts.1 from the command table: node scripts/write-cli-docs.ts
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMON_FLAGS, VERBS } from '../src/cli/command-table.ts';
import { renderHelp } from '../src/cli/program.ts';

const ROOT = join(import.meta.dirname, '..');

const INTRO = `# tts, the command line

Data goes to stdout, everything else to stderr. \`--json\` prints one JSON object per line, \`-q\` bare ids. A progress bar
is only drawn where stderr is a terminal. When no daemon answers, \`tts\` starts it.

| exit code | meaning |
|---|---|
| 0 | done; also when what reads its pipe has seen enough, as \`head\` does |
| 1 | the job failed; \`tts doctor\` found something to mend |
| 2 | wrong usage |
| 3 | no such job, voice or model |
| 4 | cancelled |
| 69 | the daemon cannot be reached or started |
| 73 | the output cannot be written |
| 75 | busy, try again later |
| 78 | the configuration is wrong |
| 124 | \`--timeout\` ran out |
| 130, 143 | interrupted, terminated |

Which error gives which: [errors.md](errors.md).

## Names

In the name that \`-o\` or \`--captions\` gives, these are filled in:

| field | is |
|---|---|
| \`{n}\`, \`{n:03}\` | which of the jobs it is, from 1; with so many digits at least |
| \`{slug}\` | the first words of the text, as \`first-words\` |
| \`{label}\` | the label; without one, the id |
| \`{id}\` | the id |
| \`{voice}\` | the voice |
| \`{ext}\` | what the format's files end in |
| \`{stem}\` | with \`enqueue --each\`, the name of the text's file without its ending |

Whatever a label or a text holds, it names a file or folder below the one that you named: a slash in it becomes \`_\`. Folders
that a field names are made; others have to be there. Two jobs that would be written to one file are refused.
`;

export function writePage(): string {
  const sections = VERBS.map(
    ({ name }) => `## tts ${name}\n\n\`\`\`\n${readHelp(name.split(' '))}\n\`\`\`\n`,
  );
  return [INTRO, `\`\`\`\n${readHelp([])}\n\`\`\`\n`, ...sections].join('\n');
}

function readHelp(verb: string[]): string {
  // The flags that every command has are shown once, on top.
  return renderHelp(verb)
    .replace(/\nGlobal Options:\n(?: .*\n)+/, verb.length > 0 ? '' : '$&')
    .trim();
}

/** The manual page, in the language of man(7). */
export function writeManual(): string {
  const lines = [
    '.\\" Written by scripts/write-cli-docs.ts from the command table.',
    '.TH TTS 1',
    '.SH NAME',
    'tts \\- text in, speech out, through a queue that loses nothing',
    '.SH SYNOPSIS',
    '.B tts',
    '.I command',
    '[\\fIoptions\\fR]',
    '.SH COMMANDS',
  ];
  for (const { name, args, about, flags, examples } of VERBS) {
    lines.push('.SS', roff(`tts ${name}${args && ` ${args}`}`), roff(`${about}.`));
    for (const flag of flags) lines.push('.TP', `\\fB${roff(flag.flags)}\\fR`, roff(flag.about));
    for (const [line, what] of examples) lines.push('.TP', `\\fI${roff(line)}\\fR`, roff(what));
  }
  lines.push('.SH OPTIONS OF ALL COMMANDS');
  for (const { flags, about } of COMMON_FLAGS) lines.push('.TP', `\\fB${roff(flags)}\\fR`, roff(about));
  lines.push('.SH EXIT CODES');
  for (const [, code, meaning] of INTRO.matchAll(/^\| (\d[\d, ]*) \| (.+) \|$/gm))
    lines.push('.TP', `\\fB${code}\\fR`, roff(meaning!.replaceAll('`', '')));
  return `${lines.join('\n')}\n`;
}

/** A dot or quote at the start of a line would be a command, a backslash anywhere. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1')
    .replace(
      /[^\x00-\x7f]/g,
      (character) => `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(ROOT, 'docs', 'cli.md'), writePage());
  mkdirSync(join(ROOT, 'man'), { recursive: true });
  writeFileSync(join(ROOT, 'man', 'tts.1'), writeManual());
}
