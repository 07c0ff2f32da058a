// Texts to speak in tests.

const SENTENCES = [
  'The harbour lay still under a thin sheet of morning fog.',
  'Nobody had expected the old lighthouse to be lit again.',
  'She counted the boats twice, and twice one of them was missing.',
  'By noon the wind had turned, and the water with it.',
  'He wrote the number on the back of his hand so that he would not forget it.',
  'There was bread on the table, and a letter beside it.',
  'The letter had been opened and closed again with care.',
  'Outside, two dogs were arguing about a fence.',
];

/** Prose of at least `chars` characters in which no two sentences are the same, so that no chunk is found in the cache. */
export function makeProse(chars: number): string {
  let text = '';
  for (let index = 0; text.length < chars; index++) {
    text += `${SENTENCES[index % SENTENCES.length]!.replace('.', ` on day ${index + 1}.`)} `;
  }
  return text.trim();
}
