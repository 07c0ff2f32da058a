// Marks of Chinese and Japanese text as the phonemes of Kokoro have them.

export const WIDE_MARKS: Readonly<Record<string, string>> = {
  '。': '.',
  '．': '.',
  '，': ',',
  '、': ',',
  '！': '!',
  '？': '?',
  '：': ':',
  '；': ';',
  '…': '…',
  '—': '—',
  '.': '.',
  ',': ',',
  '!': '!',
  '?': '?',
  ':': ':',
  ';': ';',
};
