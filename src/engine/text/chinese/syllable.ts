// A syllable of pinyin in the phonemes that Kokoro knows.

const INITIALS: Readonly<Record<string, string>> = {
  zh: '\uAB67',
  ch: '\uAB67ʰ',
  sh: 'ʂ',
  b: 'p',
  p: 'pʰ',
  m: 'm',
  f: 'f',
  d: 't',
  t: 'tʰ',
  n: 'n',
  l: 'l',
  g: 'k',
  k: 'kʰ',
  h: 'x',
  j: 'ʨ',
  q: 'ʨʰ',
  x: 'ɕ',
  r: 'ɻ',
  z: 'ʦ',
  c: 'ʦʰ',
  s: 's',
};

/** The tone stands where the 0 is. */
const FINALS: Readonly<Record<string, string>> = {
  a: 'a0',
  ai: 'ai0',
  an: 'a0n',
  ang: 'a0ŋ',
  ao: 'au0',
  e: 'ɤ0',
  ei: 'ei0',
  en: 'ə0n',
  eng: 'ə0ŋ',
  er: 'ɚ0',
  i: 'i0',
  ia: 'ja0',
  ian: 'jɛ0n',
  iang: 'ja0ŋ',
  iao: 'jau0',
  ie: 'je0',
  in: 'i0n',
  iou: 'jou0',
  ing: 'i0ŋ',
  iong: 'jʊ0ŋ',
  io: 'jɔ0',
  ong: 'ʊ0ŋ',
  ou: 'ou0',
  u: 'u0',
  uei: 'wei0',
  ua: 'wa0',
  uai: 'wai0',
  uan: 'wa0n',
  uen: 'wə0n',
  uang: 'wa0ŋ',
  ueng: 'wə0ŋ',
  uo: 'wo0',
  ü: 'y0',
  üe: 'ɥe0',
  üan: 'ɥɛ0n',
  ün: 'y0n',
};

/** By the number at the end of the syllable; the neutral tone has no sign. */
const TONES = ['', '→', '↗', '↓', '↘', ''];
/** Syllables without a vowel, and others that stand alone. */
const ALONE: Readonly<Record<string, string>> = {
  m: 'm0',
  n: 'n0',
  ng: 'ŋ0',
  hm: 'hm0',
  hng: 'hŋ0',
  ê: 'ɛ0',
  o: 'ɔ0',
};

/** `pinyin`: with its tone as a number, such as `zhong1` or `lü4`. Undefined when it is none. */
export function pronounceSyllable(pinyin: string): string | undefined {
  const [, letters = '', digit = '0'] = /^([a-zêü]+)([0-5])?$/.exec(pinyin) ?? [];
  const tone = TONES[Number(digit)]!;
  const alone = Object.hasOwn(ALONE, letters) ? ALONE[letters] : undefined;
  if (alone !== undefined) return alone.replace('0', tone);
  const initial = /^(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcs])/.exec(letters)?.[0] ?? '';
  const final = spellOut(letters.slice(initial.length), initial);
  const isBuzzed = final === 'i' && /^(?:zh|ch|sh|r|z|c|s)$/.test(initial);
  const spoken = isBuzzed ? 'ɨ0' : Object.hasOwn(FINALS, final) ? FINALS[final] : undefined;
  return spoken === undefined ? undefined : (INITIALS[initial] ?? '') + spoken.replace('0', tone);
}

/** Pinyin writes some finals shorter than they are, and others with y and w. */
function spellOut(final: string, initial: string): string {
  if (initial === '') {
    if (final.startsWith('yu')) return `ü${final.slice(2)}`;
    if (final.startsWith('w'))
      return final === 'wu' ? 'u' : ({ wei: 'uei', wen: 'uen' }[final] ?? `u${final.slice(1)}`);
    if (final === 'you') return 'iou';
    if (final === 'yong') return 'iong';
    if (final.startsWith('y')) return final[1] === 'i' ? final.slice(1) : `i${final.slice(1)}`;
    return final;
  }
  if (/^[jqx]$/.test(initial)) return final.replace(/^u/, 'ü').replace(/^iu$/, 'iou');
  if (/^[bpmf]$/.test(initial) && final === 'o') return 'uo';
  return { iu: 'iou', ui: 'uei', un: 'uen' }[final] ?? final;
}
