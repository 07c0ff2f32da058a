// Katakana in the phonemes that Kokoro knows.

/** Each row by its kana and, in the same order, their phonemes. */
const ROWS: readonly (readonly [kana: string, phonemes: string])[] = [
  ['ア イ ウ エ オ ァ ィ ゥ ェ ォ', 'a i ɯ e o a i ɯ e o'],
  ['カ キ ク ケ コ キェ キャ キュ キョ', 'ka kʲi kɯ ke ko kʲe kʲa kʲɨ kʲo'],
  ['ガ ギ グ ゲ ゴ ギャ ギュ ギョ', 'ɡa ɡʲi ɡɯ ɡe ɡo ɡʲa ɡʲɨ ɡʲo'],
  ['クァ クィ クェ クォ グァ グィ グェ グォ', 'kᵝa kᵝi kᵝe kᵝo ɡᵝa ɡᵝi ɡᵝe ɡᵝo'],
  ['サ シ ス セ ソ シェ シャ シュ ショ', 'sa ɕi sɨ se so ɕe ɕa ɕɨ ɕo'],
  ['ザ ジ ズ ゼ ゾ ジェ ジャ ジュ ジョ', 'ʣa ʥi zɨ ʣe ʣo ʥe ʥa ʥɨ ʥo'],
  ['タ チ ツ テ ト チェ チャ チュ チョ', 'ta ʨi ʦɨ te to ʨe ʨa ʨɨ ʨo'],
  ['ツァ ツィ ツェ ツォ ティ テュ トゥ', 'ʦa ʦʲi ʦe ʦo tʲi tʲɨ tɯ'],
  ['ダ ヂ ヅ デ ド ヂャ ヂュ ヂョ ディ デュ ドゥ', 'da ʥi zɨ de do ʥa ʥɨ ʥo dʲi dʲɨ dɯ'],
  ['ナ ニ ヌ ネ ノ ニェ ニャ ニュ ニョ', 'na ɲi nɯ ne no ɲe ɲa ɲɨ ɲo'],
  ['ハ ヒ フ ヘ ホ ヒェ ヒャ ヒュ ヒョ', 'ha çi ɸɯ he ho çe ça çɨ ço'],
  ['ファ フィ フェ フォ フュ フョ', 'ɸa ɸʲi ɸe ɸo ɸʲɨ ɸʲo'],
  ['バ ビ ブ ベ ボ ビャ ビュ ビョ', 'ba bʲi bɯ be bo bʲa bʲɨ bʲo'],
  ['パ ピ プ ペ ポ ピャ ピュ ピョ', 'pa pʲi pɯ pe po pʲa pʲɨ pʲo'],
  ['マ ミ ム メ モ ミャ ミュ ミョ', 'ma mʲi mɯ me mo mʲa mʲɨ mʲo'],
  ['ヤ ユ ヨ ャ ュ ョ イェ', 'ja jɯ jo ja jɯ jo je'],
  ['ラ リ ル レ ロ リャ リュ リョ', 'ɾa ɾʲi ɾɯ ɾe ɾo ɾʲa ɾʲɨ ɾʲo'],
  ['ワ ヰ ヱ ヲ ヮ ウィ ウェ ウォ', 'βa i e o βa βi βe βo'],
  ['ヴ ヴァ ヴィ ヴェ ヴォ ヴュ ヴョ ヵ ヶ', 'vɯ va vʲi ve vo bʲɨ bʲo ka ke'],
  ['ー ッ', 'ː ʔ'],
];
const SOUNDS: ReadonlyMap<string, string> = new Map(
  ROWS.flatMap(([kana, phonemes]) => {
    const sounds = phonemes.split(' ');
    return kana.split(' ').map((one, i) => [one, sounds[i]!] as const);
  }),
);
const HIRAGANA_TO_KATAKANA = 0x60;

/** Hiragana count as katakana; anything else has no sound. `next`: the kana that follow in the next word. */
export function pronounceKana(text: string, next = ''): string {
  const kana = toKatakana(text);
  let spoken = '';
  for (let at = 0; at < kana.length; ) {
    const two = kana.slice(at, at + 2);
    const found = two.length === 2 && SOUNDS.has(two) ? two : kana[at]!;
    if (found === 'ン') spoken += pronounceN(soundAfter(kana.slice(at + 1) || toKatakana(next)));
    else spoken += SOUNDS.get(found) ?? '';
    at += found.length;
  }
  return spoken;
}

/** It is spoken where the sound behind it is. */
function pronounceN(after: string): string {
  if (/^[mpb]/.test(after)) return 'm';
  if (/^[kɡ]/.test(after)) return 'ŋ';
  if (/^[ɲʨʥ]/.test(after)) return 'ɲ';
  return /^[ntdɾz]/.test(after) ? 'n' : 'ɴ';
}

function soundAfter(kana: string): string {
  return SOUNDS.get(kana.slice(0, 2)) ?? SOUNDS.get(kana.slice(0, 1)) ?? '';
}

function toKatakana(text: string): string {
  return text.replace(/[\u3041-\u3096]/g, (one) =>
    String.fromCharCode(one.charCodeAt(0) + HIRAGANA_TO_KATAKANA),
  );
}
