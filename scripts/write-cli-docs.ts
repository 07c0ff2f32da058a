// Writes docs/cli.md from what the built tts says of itself: node scripts/write-cli-docs.ts
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERBS } from '../src/cli/command-table.ts';

const ROOT = join(import.meta.dirname, '..');

const INTRO = `# tts, the command line

Data goes to stdout, everything else to stderr. \`--json\` prints one JSON object per line, \`-q\` bare ids. A progress bar
is only drawn where stderr is a terminal. When no daemon answers, \`tts\` starts it.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | the job failed |
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
  const help = execFileSync(process.execPath, [join(ROOT, 'bin', 'tts.js'), ...verb, '--help'], {
    encoding: 'utf8',
  });
  // The flags that every command has are shown once, on top.
  return help.replace(/\nGlobal Options:\n(?: .*\n)+/, verb.length > 0 ? '' : '$&').trim();
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(ROOT, 'docs', 'cli.md'), writePage());
