import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEnglishPhonemizer } from '../../../../src/engine/text/english/phonemize.ts';
import type { Phonemizer } from '../../../../src/engine/text/phonemizer.ts';

let phonemizer: Phonemizer;
beforeAll(async () => {
  phonemizer = await openEnglishPhonemizer('models/hibari');
});
afterAll(() => phonemizer.close());

async function say(text: string): Promise<string> {
  return (await phonemizer.phonemize(text)).phonemes;
}

/** Each word as written = as spoken. */
async function listWords(text: string): Promise<string[]> {
  const { phonemes, words } = await phonemizer.phonemize(text);
  return words.map(
    ({ start, end, phonemeStart, phonemeEnd }) =>
      `${text.slice(start, end)}=${phonemes.slice(phonemeStart, phonemeEnd)}`,
  );
}

describe('pronunciation', () => {
  it.each([
    // Words of two sounds, told apart by their part in the sentence.
    ['I read it yesterday, and I will read it again.', 'ˌI ɹˈɛd ɪt jˈɛstəɹdˌA, ænd ˌI wɪl ɹˈid ɪt əɡˈɛn.'],
    ['They live near the live music.', 'ðˌA lˈɪv nˌɪɹ ðə lˈIv mjˈuzɪk.'],
    // Function words by what follows.
    ['the end, the start, to open, to go', 'ði ˈɛnd, ðə stˈɑɹt, tʊ ˈOpᵊn, tə ɡˌO'],
    ['plan A', 'plˈæn ˈA'],
    // Letters, capitals and joined words.
    ['NASA and the FBI', 'nˈæsə ænd ði ˌɛfbˌiˈI'],
    ['J. R. R. Tolkien', 'ʤˈA ˈɑɹ ˈɑɹ tˈɔlkiən'],
    ['a well-known F-16', 'ɐ wˌɛlnˈOn ˈɛf sˌɪkstˈin'],
    // Numbers.
    ['$45.50 and £0.99', 'fˈɔɹTi fˈIv dˈɑləɹz ænd fˈɪfti sˈɛnts ænd nˈIndi nˈIn pˈɛns'],
    ['$5.5', 'fˈIv dˈɑləɹz ænd fˈɪfti sˈɛnts'],
    ['$5, 10', 'fˈIv dˈɑləɹz, tˈɛn'],
    ['in 1999 and 2005', 'ɪn nˌIntˈin nˈIndi nˈIn ænd tˈu θˈWzᵊnd fˈIv'],
    ['the 1980s', 'ðə nˌIntˈin ˈATiz'],
    ['3.0 and 3.14', 'θɹˈi pYnt zˈɪɹO ænd θɹˈi pYnt wˈʌn fˈɔɹ'],
    ['the 22nd', 'ðə twˈɛnti sˈɛkənd'],
    ['-7', 'mˈInəs sˈɛvən'],
    // Words that are listed nowhere, and what is added to them.
    ['Zorblatt', 'zˈɔɹblæt'],
    ['2-zorblatt', 'tˈu zˈɔɹblæt'],
    ["Dostoevsky's", 'dɑstˈOvskiz'],
    // The user's own pronunciation.
    ["[Kokoro](/kˈOkəɹO/)'s voice", 'kˈOkəɹOz vˈYs'],
    // Quotation marks are silent and change nothing.
    ['"Don\'t," he said, ‘please’.', 'dˈOnt, hi sˈɛd, plˈiz.'],
    ["'Twas the dogs' bowl", 'twˈʌz ðə dˈɔɡz bˈOl'],
  ])('%s → %s', async (text, phonemes) => {
    expect(await say(text)).toBe(phonemes);
  });

  it('drops phonemes the model does not know from a given pronunciation, and says so', async () => {
    expect(await phonemizer.phonemize('[x](/ˈ6kɑ/)')).toMatchObject({
      phonemes: 'ˈkɑ',
      warnings: ['A given pronunciation has unknown phonemes, left out: 6'],
    });
  });
});

describe('words in the text', () => {
  it.each([
    ['It costs $45.50.', ['It=ˌɪt', 'costs=kˈɔsts', '$45.50=fˈɔɹTi fˈIv dˈɑləɹz ænd fˈɪfti sˈɛnts']],
    ['€2bn at 3:45 pm', ['€2bn=tˈu bˈɪljən jˈʊɹOz', 'at=æt', '3:45 pm=θɹˈi fˌɔɹTifˈIv pˌiˈɛm']],
    ['5km (well—yes)', ['5km=fˈIv kəlˈɑməTəɹz', 'well=wˈɛl', 'yes=jˈɛs']],
    ['Call 555-1234 now', ['Call=kˈɔl', '555-1234=fˈIv fˈIv fˈIv, wˈʌn tˈu θɹˈi fˈɔɹ', 'now=nˈW']],
    ['“Hi,” a@b.com', ['Hi=hˈI', 'a@b.com=ˈA æt bˈi dˈɑt kˈɑm']],
    ['[Kokoro](/kˈOkəɹO/) 😀 sings', ['Kokoro=kˈOkəɹO', 'sings=sˈɪŋz']],
    ['on 2024-11-03', ['on=ˌɔn', '2024-11-03=nOvˈɛmbəɹ θˈɜɹd, twˈɛnti twˈɛnti fˈɔɹ']],
  ])('%s', async (text, words) => {
    expect(await listWords(text)).toEqual(words);
  });

  it('come in order and do not overlap, in a text of everything', async () => {
    const text =
      "‘Dr. O’Neill’ paid $1,234.56 (½ of it on 3/4/2024 at 14:30) — 20°C, #5 & C#; see www.a.io/x?y=1 or call (555) 123-4567… Ça va, Привет 日本? a\u0301 \u0000 5'10\" rock 'n' roll!";
    const { phonemes, words } = await phonemizer.phonemize(text);
    let position = 0;
    let phonemePosition = 0;
    for (const { start, end, phonemeStart, phonemeEnd } of words) {
      expect(start).toBeGreaterThanOrEqual(position);
      expect(end).toBeGreaterThan(start);
      expect(phonemeStart).toBeGreaterThanOrEqual(phonemePosition);
      expect(phonemeEnd).toBeGreaterThan(phonemeStart);
      position = end;
      phonemePosition = phonemeEnd;
    }
    expect(position).toBeLessThanOrEqual(text.length);
    expect(phonemePosition).toBeLessThanOrEqual(phonemes.length);
  });
});

describe('odd input', () => {
  it.each(['', ' \n\t', '…', '!?', '😀👍🏽', '\u0000\u200b', '\ud800', '"\'"', '$', '[]()'])(
    'says nothing for %j, with a warning',
    async (text) => {
      expect(await phonemizer.phonemize(text)).toEqual({
        phonemes: '',
        words: [],
        warnings: ['Nothing in this text can be spoken.'],
      });
    },
  );

  it('skips other scripts and names them', async () => {
    expect(await phonemizer.phonemize('Привет, 日本 and שלום!')).toMatchObject({
      phonemes: 'ænd!',
      warnings: ['Words in Cyrillic, Chinese or Japanese, Hebrew were skipped: this voice reads English.'],
    });
  });

  it.each([
    ['a'],
    ['I'],
    ['('],
    ["'"],
    ['1'],
    ['a1'],
    ['a-'],
    ['aB'],
    ['8 '],
    ['#'],
    ['[a](/'],
    ['555-'],
    ['e\u0301\u0301'],
    ['http://a.'],
  ])('comes through 20 000 characters of %j', async (unit) => {
    const text = unit.repeat(20_000 / unit.length);
    const { words } = await phonemizer.phonemize(text);
    expect(words.every(({ start, end }) => start < end && end <= text.length)).toBe(true);
  });

  it('yields only phonemes of the model', async () => {
    const alphabet = new Set(
      Object.keys(JSON.parse(readFileSync('models/hibari/vocab.json', 'utf8')) as object),
    );
    const text =
      'Ünïcödé naïve Łódź: 5€ ≥ 3 ∀x ♥ Øre “ß” straße №7 50‰ 10⁻³ a²+b³ ﷽ \ufdfa & R&D @home ~5 <b>';
    const { phonemes } = await phonemizer.phonemize(text);
    expect([...phonemes].filter((phoneme) => !alphabet.has(phoneme))).toEqual([]);
  });
});
