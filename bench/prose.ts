// English prose of any length in which no sentence comes twice, so that no chunk is found in the chunk store.
import { SENTENCES } from './engine/sentences.ts';

const SENTENCES_PER_PARAGRAPH = 6;

/** At least `chars` characters, whole sentences, in paragraphs. The same every time. */
export function writeProse(chars: number): string {
  let prose = '';
  for (let index = 0; prose.length < chars; index++) {
    if (index > 0) prose += index % SENTENCES_PER_PARAGRAPH === 0 ? '\n\n' : ' ';
    prose += `Page ${index + 1} begins like this: ${SENTENCES[index % SENTENCES.length]}`;
  }
  return prose;
}
