// Takes out what cannot be spoken: invisible characters, emoji, other scripts; and makes look-alikes plain.
import type { MappedText } from '../mapped-text.ts';
import { writeAlternatives } from './tables.ts';

const invisible =
  /\p{Cf}|\p{Cs}|\p{Cn}|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffc\ufffd]|[\ufe00-\ufe0f]|[\u{f0000}-\u{10fffd}]|\u20e3/gu;
const lookAlike = /[\ufb00-\ufb06\uff01-\uff5e\u2160-\u217f\u{1d400}-\u{1d7ff}]/gu;
const composed = /\p{L}\p{M}{1,8}/gu;
const strayMarks = /(?<=[\p{Script=Latin}\p{Nd}\s]|^)\p{M}+/gu;
const emoji = /(?![©®™])\p{Extended_Pictographic}|[\u{1f3fb}-\u{1f3ff}\u{1f1e6}-\u{1f1ff}]/gu;
const plainMarks = new Map([
  ['‘', "'"],
  ['’', "'"],
  ['ʼ', "'"],
  ['`', "'"],
  ['´', "'"],
  ['−', '-'],
  ['‐', '-'],
  ['‑', '-'],
  ['‒', '–'],
  ['―', '—'],
  ['。', '.'],
  ['、', ','],
  ['[', '('],
  ['{', '('],
  [']', ')'],
  ['}', ')'],
  ['¿', ''],
  ['¡', ''],
  ['«', '"'],
  ['»', '"'],
  ['„', '"'],
  ['“', '"'],
  ['”', '"'],
  ['μ', 'µ'],
]);
const plainMarkPattern = new RegExp(writeAlternatives(plainMarks.keys()), 'gu');

const greekNames = new Map(
  'α alpha,β beta,γ gamma,δ delta,ε epsilon,ζ zeta,η eta,θ theta,ι iota,κ kappa,λ lambda,ν nu,ξ xi,π pi,ρ rho,σ sigma,τ tau,φ phi,χ chi,ψ psi,ω omega,Γ gamma,Δ delta,Θ theta,Λ lambda,Π pi,Σ sigma,Φ phi,Ψ psi,Ω omega'
    .split(',')
    .map((pair) => pair.split(' ') as [string, string]),
);
const greekLetter = /(?<!\p{Script=Greek})\p{Script=Greek}(?!\p{Script=Greek})/gu;

const foreignRun = /(?:(?![\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}])[\p{L}\p{N}]\p{M}*)+/gu;
const scripts: [string, RegExp][] = [
  ['Greek', /\p{Script=Greek}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Chinese or Japanese', /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u],
  ['Korean', /\p{Script=Hangul}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Devanagari', /\p{Script=Devanagari}/u],
  ['Thai', /\p{Script=Thai}/u],
];

export function clean(text: MappedText): string[] {
  text.replace(invisible, () => '');
  text.replace(lookAlike, ([character]) => character!.normalize('NFKC'));
  text.replace(composed, ([character]) => character!.normalize('NFC'));
  text.replace(strayMarks, () => '');
  text.replace(plainMarkPattern, ([mark]) => plainMarks.get(mark!));
  text.replace(emoji, () => ' ');
  text.replace(greekLetter, ([letter]) => {
    const name = greekNames.get(letter!);
    return name === undefined ? undefined : ` ${name} `;
  });
  const skipped = new Set<string>();
  text.replace(foreignRun, ([run]) => {
    skipped.add(scripts.find(([, pattern]) => pattern.test(run!))?.[0] ?? 'another script');
    return ' ';
  });
  return skipped.size === 0
    ? []
    : [`Words in ${[...skipped].join(', ')} were skipped: this voice reads English.`];
}
