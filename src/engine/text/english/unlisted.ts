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
const rememberedWords = 10_000;

export class UnlistedWords {
  readonly #modelDir: string;
  readonly #remembered = new Map<string, string>();
  #opened: Promise<Guesser> | undefined;

  constructor(modelDir: string) {
    this.#modelDir = modelDir;
  }

  /** '' for a word with no letter that the network knows. */
  async guess(word: string): Promise<string> {
    let phonemes = this.#remembered.get(word);
    if (phonemes !== undefined) return phonemes;
    this.#opened ??= openGuesser(this.#modelDir);
    phonemes = await (await this.#opened).guess(word);
    if (this.#remembered.size >= rememberedWords)
      this.#remembered.delete(this.#remembered.keys().next().value!);
    this.#remembered.set(word, phonemes);
    return phonemes;
  }

  async close(): Promise<void> {
    await (await this.#opened)?.close();
  }
}

interface Guesser {
  guess(word: string): Promise<string>;
  close(): Promise<void>;
}

async function openGuesser(modelDir: string): Promise<Guesser> {
  const alphabets = JSON.parse(await readFile(join(modelDir, 'oov.json'), 'utf8')) as OovAlphabets;
  const session = await openSession(
    join(modelDir, 'oov.onnx'),
    { inputs: ['chars'], outputs: ['ids'] },
    { threads: 1 },
  );
  const indexOf = new Map(alphabets.in.map((letter, i) => [letter, i + 1]));

  async function guessPart(indices: number[]): Promise<string> {
    const chars = new Tensor('int64', BigInt64Array.from(indices, BigInt), [1, indices.length]);
    const { ids } = await session.run({ chars });
    let phonemes = '';
    let previous = 0;
    for (const id of ids!.data as BigInt64Array) {
      const index = Number(id);
      if (index !== 0 && index !== previous) phonemes += alphabets.out[index - 1];
      previous = index;
    }
    return phonemes;
  }

  return {
    async guess(word) {
      const indices = [...word].flatMap((letter) => indexOf.get(letter) ?? []);
      let phonemes = '';
      for (let i = 0; i < indices.length; i += alphabets.maxlen)
        phonemes += await guessPart(indices.slice(i, i + alphabets.maxlen));
      return phonemes;
    },
    close: () => session.release(),
  };
}
