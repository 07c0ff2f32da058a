// The real espeak-ng.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEspeak } from '../../../../src/engine/text/espeak/espeak-process.ts';
import { findEspeak, requireEspeak } from '../../../../src/engine/text/espeak/find-espeak.ts';

const program = findEspeak();

function open(voice = 'en-us') {
  const espeak = openEspeak({ program: program!, voice });
  onTestFinished(() => espeak.close());
  return espeak;
}

test.skipIf(!program)(
  'texts asked for at once are answered each with its own phonemes (needs espeak-ng)',
  async () => {
    const espeak = open();
    const texts = ['hello', '- - -', 'good morning', '', 'see you'];
    expect(await Promise.all(texts.map((text) => espeak.pronounce(text)))).toEqual([
      'həlˈoʊ',
      '',
      'ɡˈʊd mˈɔːɹnɪŋ',
      '',
      'sˈiː juː',
    ]);
  },
);

test.skipIf(!program)(
  'no text runs a command, opens a file or puts answers out of step (needs espeak-ng)',
  async () => {
    const espeak = open();
    const file = join(tmpdir(), `ttsd-espeak-${process.pid}`);
    const hostile = [
      `$(touch ${file}) \`touch ${file}\`; touch ${file}`,
      '-f /etc/passwd',
      '[[ZZZ]] <audio src="/etc/passwd"/>',
      'line\nbreaks\r\n\n\nand \u0000\u0007\u2028 controls',
      'x'.repeat(5000),
      'word '.repeat(2000),
      '🎉'.repeat(700),
      '\u202Egnp.exe \uFEFF\uFFFD',
    ];
    for (const text of hostile) {
      await espeak.pronounce(text);
      expect(await espeak.pronounce('hello')).toBe('həlˈoʊ');
    }
    expect(existsSync(file)).toBe(false);
  },
);

test.skipIf(!program)(
  'when the program is killed the next text is spoken by another (needs espeak-ng)',
  async () => {
    const espeak = open();
    await espeak.pronounce('hello');
    const children = execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)]).toString();
    for (const [, pid] of children.matchAll(/(\d+) espeak-ng/g)) process.kill(Number(pid), 'SIGKILL');
    expect(await espeak.pronounce('hello')).toBe('həlˈoʊ');
  },
);

test.skipIf(!program)('a language that espeak-ng lacks is its error (needs espeak-ng)', async () => {
  await expect(open('zz').pronounce('hello')).rejects.toThrow('voice does not exist');
});

test('where the PATH has no espeak-ng the remedy is told', () => {
  expect(findEspeak('/nonexistent::relative')).toBeUndefined();
  if (program === undefined)
    expect(() => requireEspeak('German')).toThrow('German needs the program espeak-ng');
});
