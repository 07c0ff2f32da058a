import { expect, test } from 'vitest';
import { cleanFileName, makeId } from '../../../src/daemon/voices/file-names.ts';

test.each([
  ['anna.wav', 'anna.wav'],
  ['My Voice (2).mp3', 'My Voice _2_.mp3'],
  ['../../etc/passwd.wav', 'passwd.wav'],
  ['..\\..\\windows\\win.ini', 'win.ini'],
  ['/etc/shadow', 'shadow'],
  ['%2e%2e%2fx.wav', '_2e_2e_2fx.wav'],
  ['nul.wav', '_nul.wav'],
  ['CON', '_CON'],
  ['lpt1.txt.wav', '_lpt1.txt.wav'],
  ['console.wav', 'console.wav'],
  ['...hidden.wav', 'hidden.wav'],
  ['noextension', 'noextension'],
  ['José.wav', 'Jose.wav'],
])('%j is kept as %j', (name, kept) => {
  expect(cleanFileName(name)).toBe(kept);
});

test.each(['', '.', '..', '.wav', '/', '???', '   .mp3', '-'])('of %j nothing usable is left', (name) => {
  expect(cleanFileName(name)).toBeUndefined();
});

test('names in other scripts stay apart, and the same name stays the same', () => {
  const names = ['Анна.wav', 'Иван.wav', '声.wav', 'a\0b.wav', 'a\0c.wav', '🌞.wav'].map(cleanFileName);
  expect(new Set(names).size).toBe(names.length);
  expect(cleanFileName('Анна.wav')).toBe(names[0]);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._\- ]+\.wav$/);
});

test('a name of any length has at most 100 characters and keeps its extension', () => {
  const [one, other] = [
    cleanFileName(`${'n'.repeat(10_000)}.flac`)!,
    cleanFileName(`${'n'.repeat(10_001)}.flac`)!,
  ];
  expect(one.length).toBe(100);
  expect(one).toMatch(/\.flac$/);
  expect(one).not.toBe(other);
});

test('an id comes from the name, and the next free number where it is taken', () => {
  const taken = new Set(['anna', 'anna-2']);
  const isTaken = (id: string) => taken.has(id);
  expect(makeId('Anna.wav', isTaken)).toBe('anna-3');
  expect(makeId('Élise Martin', isTaken)).toBe('elise-martin');
  expect(makeId('声', isTaken)).toBe('voice');
  expect(makeId('x'.repeat(500), isTaken)).toMatch(/^x{60}$/);
});
