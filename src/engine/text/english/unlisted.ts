// Guesses how unlisted words sound with a small network from letters to phonemes; opened when the first such word comes.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSession, Tensor } from '../../model/session.ts';

interface OovAlphabets {
  in: string[];
  out: string[];
  maxlen: number;
}

/** Guesses kept, so that a name that fills a book is worked out once. */
const rememberedParts = 10_000;

export class UnlistedWords {
  readonly #modelDir: string;
  readonly #phonemes: ReadonlySet<string>;
  readonly #remembered = new Map<string, string>();
  #opened: Promise<Guesser> | undefined;

  /** `phonemes`: the voice's alphabet; the network knows a few signs more. */
  constructor(modelDir: string, phonemes: ReadonlySet<string>) {
    this.#modelDir = modelDir;
    this.#phonemes = phonemes;
  }

  /** '' for a word with no letter that the network knows. */
  async guess(word: string): Promise<string> {
    this.#opened ??= openGuesser(this.#modelDir, this.#phonemes);
    const guesser = await this.#opened;
    let phonemes = '';
    for (const part of guesser.cut(word)) phonemes += await this.#guessPart(part, guesser);
    return phonemes;
  }

  async #guessPart(part: string, guesser: Guesser): Promise<string> {
    let phonemes = this.#remembered.get(part);
    if (phonemes !== undefined) return phonemes;
    phonemes = await guesser.guess(part);
    if (this.#remembered.size >= rememberedParts)
      this.#remembered.delete(this.#remembered.keys().next().value!);
    this.#remembered.set(part, phonemes);
    return phonemes;
  }

  async close(): Promise<void> {
    // Where opening failed, whoever asked for a word has heard of it.
    const guesser = await this.#opened?.catch(() => undefined);
    await guesser?.close();
  }
}

interface Guesser {
  /** The letters of `word` that the network knows, in parts as long as it takes. */
  cut(word: string): string[];
  guess(part: string): Promise<string>;
  close(): Promise<void>;
}

async function openGuesser(modelDir: string, phonemeSet: ReadonlySet<string>): Promise<Guesser> {
  const alphabets = JSON.parse(await readFile(join(modelDir, 'oov.json'), 'utf8')) as OovAlphabets;
  const session = await openSession(
    join(modelDir, 'oov.onnx'),
    { inputs: ['chars'], outputs: ['ids'] },
    { threads: 1 },
  );
  const isSpoken = (phoneme: string): boolean => phonemeSet.has(phoneme) && !/[()]/.test(phoneme);
  const outputs = alphabets.out.map((phoneme) => (isSpoken(phoneme) ? phoneme : ''));
  const indexOf = new Map(alphabets.in.map((letter, i) => [letter, i + 1]));

  function cut(word: string): string[] {
    const letters = [...word].filter((letter) => indexOf.has(letter));
    const parts: string[] = [];
    for (let i = 0; i < letters.length; i += alphabets.maxlen)
      parts.push(letters.slice(i, i + alphabets.maxlen).join(''));
    return parts;
  }

  async function guess(part: string): Promise<string> {
    const indices = [...part].map((letter) => indexOf.get(letter)!);
    const chars = new Tensor('int64', BigInt64Array.from(indices, BigInt), [1, indices.length]);
    const { ids } = await session.run({ chars });
    let phonemes = '';
    let previous = 0;
    for (const id of ids!.data as BigInt64Array) {
      const index = Number(id);
      if (index !== 0 && index !== previous) phonemes += outputs[index - 1];
      previous = index;
    }
    return phonemes;
  }

  return { cut, guess, close: () => session.release() };
}
