// Text as Chatterbox reads it, against what the reference makes of the same text.
import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { openLanguages } from '../../../../src/engine/engines/chatterbox/prepare-language.ts';
import { normalisePunctuation } from '../../../../src/engine/engines/chatterbox/punctuation.ts';
import { openTokenizer } from '../../../../src/engine/engines/chatterbox/tokenizer.ts';
import { makeChatterbox, readRecording } from '../../../helpers/chatterbox-models.ts';

const KINDS = ['turbo', 'base', 'multilingual'] as const;
const dirs = Object.fromEntries(
  await Promise.all(KINDS.map(async (kind) => [kind, await makeChatterbox(kind)] as const)),
);
afterAll(() => {
  for (const dir of Object.values(dirs)) rmSync(dir, { recursive: true, force: true });
});

test.each(KINDS)('punctuation for %s is what the reference makes of it', async (kind) => {
  const { punctuation } = (await readRecording(kind)) as { punctuation: Record<string, string> };
  const made = Object.keys(punctuation).map((text) => [text, normalisePunctuation(text, kind)]);
  expect(Object.fromEntries(made)).toEqual(punctuation);
  expect(made.length).toBeGreaterThan(10);
});

test('Turbo reads tags as sounds, and ends the row with the token that begins speech', async () => {
  const { ids } = (await readRecording('turbo')) as { ids: Record<string, number[]> };
  const tokenizer = await openTokenizer(dirs.turbo!);
  for (const [text, expected] of Object.entries(ids))
    expect(tokenizer.encode(text)).toEqual([...expected, 50276 + 6561]);
  expect(tokenizer.encode('[laugh]')[0]).toBe(50265);
});

test('base puts the text between its start and its stop, the exaggeration before and the start of speech twice behind', async () => {
  const { ids } = (await readRecording('base')) as { ids: Record<string, number[]> };
  const tokenizer = await openTokenizer(dirs.base!);
  for (const [text, expected] of Object.entries(ids))
    expect(tokenizer.encode(text)).toEqual([6563, 255, ...expected, 0, 6561, 6561]);
});

test('a language is prepared as the reference prepares it: jamo, Cangjie keys, kana, decomposed accents', async () => {
  const { ids } = (await readRecording('multilingual')) as {
    ids: Record<string, { text: string; ids: number[] }>;
  };
  const tokenizer = await openTokenizer(dirs.multilingual!);
  const prepare = openLanguages(dirs.multilingual!, ['Cangjie5_TC.json']);
  for (const [language, { text, ids: expected }] of Object.entries(ids)) {
    const prepared = await prepare(text, language);
    const made = tokenizer.encode(`[${language}]${prepared.text}`);
    expect({ language, ids: made.slice(2, -3) }).toEqual({ language, ids: expected });
  }
  expect(Object.keys(ids)).toEqual(expect.arrayContaining(['ko', 'zh', 'ja', 'ru', 'he']));
});

test('what a language lacks here is said', async () => {
  const prepare = openLanguages(dirs.multilingual!, []);
  expect((await prepare('שלום', 'he')).warnings).toEqual([expect.stringContaining('vowel points')]);
  expect((await prepare('Привет', 'ru')).warnings).toEqual([expect.stringContaining('stress marks')]);
  expect((await prepare('приве\u0301т', 'ru')).warnings).toEqual([]);
  expect((await prepare('你好', 'zh')).warnings).toEqual([expect.stringContaining('Cangjie5_TC.json')]);
  expect((await prepare('Grüße', 'de')).warnings).toEqual([]);
});
