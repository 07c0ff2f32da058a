// The reference pages say what the code does.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeManual, writePage } from '../../scripts/write-cli-docs.ts';
import { ERRORS } from '../../src/api/errors.ts';
import { VERBS } from '../../src/cli/command-table.ts';
import { readConfig } from '../../src/daemon/config.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const hasMan = spawnSync('man', ['--version']).status === 0;

function readPage(name: string): string {
  return readFileSync(join(ROOT, 'docs', name), 'utf8');
}

/** Rows of the page's tables, cells without their code marks. */
function readRows(name: string): string[][] {
  return readPage(name)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'))
        .slice(1, -1),
    );
}

test('docs/cli.md and the manual page are what the command table says', () => {
  expect(readPage('cli.md')).toBe(writePage());
  expect(readPage('../man/tts.1')).toBe(writeManual());
});

test.skipIf(!hasMan)('man: the manual page can be shown, without complaints', () => {
  const shown = spawnSync('man', ['--warnings', '-l', join(ROOT, 'man', 'tts.1')], {
    env: { ...process.env, MANPAGER: 'cat' },
  });
  expect(shown.stderr.toString()).toBe('');
  const text = shown.stdout.toString().replace(/.\x08/g, '');
  for (const { name } of VERBS) expect(text).toContain(`tts ${name}`);
});

test('docs/errors.md lists every code with its HTTP status and exit code, and no other', () => {
  const documented = readRows('errors.md').map(([code, http, exit]) => [code, Number(http), Number(exit)]);
  expect(documented).toEqual(Object.entries(ERRORS).map(([code, { http, exit }]) => [code, http, exit]));
});

test('docs/configuration.md lists every key with its default, and no other', () => {
  const { dataDir, configFile, socket, overridden, ...sections } = readConfig({ HOME: '/home/somebody' }, {});
  expect([dataDir, configFile, socket, overridden].length).toBe(4);
  const keys = Object.entries(sections).flatMap(([section, values]) =>
    Object.entries(values).map(([key, value]) => [
      `${section}.${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  expect(readRows('configuration.md').map(([key, value]) => [key, value])).toEqual(keys);
});
