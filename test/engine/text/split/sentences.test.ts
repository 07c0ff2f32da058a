import { describe, expect, test } from 'vitest';
import { skipSpace } from '../../../../src/engine/text/split/characters.ts';
import { findSentenceEnd } from '../../../../src/engine/text/split/sentences.ts';

function readSentences(text: string): string[] {
  const sentences: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = findSentenceEnd(text, start, text.length, text.length)?.end ?? text.length;
    sentences.push(text.slice(start, end));
    start = skipSpace(text, end, text.length);
  }
  return sentences;
}

/** One string is one sentence: nothing in it ends it early. */
const whole = [
  'Dr. Smith met Mr. and Mrs. Jones on St. James St. near the river.',
  'Prof. Otto Hahn, Gen. Lee and Capt. Cook never met.',
  'Rev. Dodgson and Mme. Curie met Lt. Col. Blake.',
  'J. R. R. Tolkien wrote it.',
  'George W. Bush and John F. Kennedy were presidents.',
  'J.R.R. Tolkien and C. S. Lewis talked.',
  'The U.S. Army and the U.K. Parliament agreed.',
  'He moved to Washington, D.C. from Boston.',
  'She has a Ph.D. in physics.',
  'Bring fruit, e.g. Apples or pears, i.e. Food.',
  'Meet me at 5 p.m. Tuesday by the gate.',
  'It opens at 9 a.m. EST and closes at 5 p.m. EST.',
  'It opens at 10:30 a.m. and closes at noon.',
  'See No. 5 on p. 12 of vol. 3, fig. 4, sec. 2 and ch. 7.',
  'It began on Jan. 5 and ended on Sept. 30 in 1999.',
  'See vol. III of the work.',
  'Acme Inc. and Widget Ltd. Holdings merged with Bell Corp. Limited.',
  'Martin Luther King Jr. Day is in January.',
  'Smith et al. Nature published it.',
  'Liverpool vs. Chelsea ended in a draw.',
  'Pi is 3.14 and the meeting costs $45.50 or 1.000,25 euros.',
  'Install v1.2.3 or Node.js 24.1 today.',
  'Open index.html at example.com/a.b?c=d. and read it.',
  'Write to jane.doe@example.co.uk or visit https://www.example.com/. and wait.',
  'Well... maybe not.',
  'Well... I think so.',
  'Well… perhaps not.',
  '"Stop!" he said.',
  '“Stop!” he said.',
  '"Really?" John asked.',
  '"Really?" Mr. Brown asked quietly.',
  '‘Who is there?’ cried the Hatter.',
  '"What?!" she cried, "you here?"',
  'Yahoo! is a company.',
  'He (Mr. Smith) left (early, i.e. Monday).',
  'The dose (approx. 5 mg) is small.',
  '1. Open the door.',
  '12) Close the door.',
  'IV. The Pool of Tears',
  'The score was 3 ... 4 at the end.',
  'He said that... that he was sorry.',
  'It was the best of times, it was the worst of times,\nit was the age of wisdom, it was the age of foolishness.',
  'I then met Mr.\nSmith in the long and winding road that leads to the house.',
  'We live at 221B Baker St. in London.',
  '「やめろ！」と言った。',
  'They sailed . . . and were never seen again.',
  'He wrote that “all men [...] are created equal” there.',
  'He studied medicine (he never finished it.) at a small college.',
  '“How far is it?” he asked cordially, shaking my hand.',
  '"My dear fellow!" Inspector Lestrade exclaimed.',
  'Gen. Grant met Adm. Nelson vs. Capt. Ahab on Feb. 29.',
  'The clinic (Dr. A. B. Jones, M.D.) opens 10 a.m.–5 p.m. daily.',
  'Did you see Albert I. Jones yesterday?',
  'Chap. 1. The Beginning',
  '1.2. Introduction',
  'Call me at ext. 12 or tel. 555 0100.',
  'Mt. Everest and Ft. Worth are far from St. Louis.',
];

/** A bar stands where one sentence ends and the next begins. */
const divided = [
  'Hello there. |How are you? |Fine! |Good.',
  'He left at 5 p.m. |The bus was late.',
  'He left at 5 p.m. |Bring him back.',
  'They moved to the U.S. |The house was large.',
  'They came from the U.S. |In 1990 they left.',
  'He works at Acme Inc. |The pay is good.',
  'He ate apples, pears, etc. |Then he slept.',
  'He ate apples, pears, etc. |Bananas came later.',
  'He lives on Baker St. |The rent is high. |He pays.',
  'Is it you? |No. |I am somebody else.',
  'He said no. |Then he left.',
  'We chose plan B. |The rest is history.',
  'It costs $45.50. |That is cheap.',
  'He was born in 1984. |His sister came later.',
  'It was version 2. |3 people used it.',
  'He said "Stop." |Then he ran.',
  'He said “Stop.” |“Why?” she asked.',
  '"Stop!" |"Why?" |"Because."',
  '"Are you here?" |The room was empty.',
  '(He left.) |Then she came.',
  'What?! |No!!! |Really??? |Yes.',
  'I waited... |Nothing came.',
  'I waited… |“Nothing,” he said.',
  'This is known.[12] |It was shown later.[3][4] |It holds.',
  'This is known.² |It was shown later.',
  'Steps: 1. Open the door. |2. Go in. |3. Close it.',
  'Is it 3 p.m.? |Yes, it is.',
  'It was I. |Nobody else knew.',
  'He earned a Ph.D. |She earned an M.A. |They married.',
  'Close the deal with Pitt & Co. |It is late.',
  'She said no. |I meant it. |No. 7 is best. |No. 8 is worst.',
  'Q. Who is it? |A. It is a bird.',
  'He asked “Is it?” |“It is.” |He nodded.',
  'Go to https://example.com/a/b.html. |Read it.',
  'Ask jane.doe@example.com. |She knows.',
  'What a day! |100 people came. |42 is the answer.',
  'He bought an iPhone. |iPhones are dear.',
  'Done.  |Two spaces.\t|A tab.',
  'First paragraph\n\n|second paragraph',
  'First paragraph.\r\n\r\n|Second paragraph.',
  'Chapter One\n|It was a dark and stormy night; the rain fell in torrents.',
  'Shopping\n|Apples\n|Pears\n|Milk',
  'To do:\n|- buy milk\n|- call Bob\n|- sleep',
  '• One thing\n|• Another thing\n|• A third',
  '1. Open the door\n|2. Go in\n|3. Close it',
  '1) Open the door.\n|2) Go in.',
  '# Title\n|Some text here.',
  'The end.\n\n|* * *\n\n|The start.',
  'Roses are red\n|Violets are blue\n|Sugar is sweet',
  'これは一つ目です。|これは二つ目です！|三つ目？',
  '你好。|今天天气很好！|你呢？',
  '彼は「はい。」|それから帰った。',
  'مرحبا بك. |كيف حالك؟ |أنا بخير.',
  'שלום לך. |מה שלומך? |טוב.',
  'यह पहला वाक्य है। |यह दूसरा है।',
  'Привет. |Как дела? |Хорошо!',
  '¿Qué tal? |¡Muy bien! |Gracias.',
  'Great. |👍 Thanks.',
];

describe('a sentence stays whole', () => {
  test.each(whole)('%s', (text) => {
    expect(readSentences(text)).toEqual([text]);
  });
});

describe('sentences are told apart', () => {
  test.each(divided)('%s', (marked) => {
    expect(readSentences(marked.replaceAll('|', ''))).toEqual(marked.split('|').map((part) => part.trim()));
  });
});
