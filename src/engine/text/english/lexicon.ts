// The pronouncing dictionary: a checked table, a larger unchecked one behind it, and spelling letter by letter.
import { primaryStress, secondaryStress } from './alphabet.ts';
import { changeStress, type StressChange } from './stress.ts';

/** A pronunciation, or one per part of speech with `DEFAULT`; `null`: spell it. `None` is the form before a pause. */
export type LexiconEntry = string | Readonly<Record<string, string | null>>;

export interface LexiconTable {
  has(word: string): boolean;
  get(word: string): LexiconEntry | undefined;
}

export interface LexiconTables {
  gold: LexiconTable;
  silver: LexiconTable;
}

/** What follows a word, as far as its pronunciation depends on it. */
export interface Context {
  /** The next sound is a vowel; `undefined` at a pause or the end. */
  vowelFollows: boolean | undefined;
  /** The next word is "to". */
  toFollows: boolean;
}

export class Lexicon {
  readonly #tables: LexiconTables;

  constructor(tables: LexiconTables) {
    this.#tables = tables;
  }

  has(word: string): boolean {
    return this.#tables.gold.has(word) || this.#tables.silver.has(word);
  }

  hasGold(word: string): boolean {
    return this.#tables.gold.has(word);
  }

  /** A pronunciation can be told for sure: it is listed, a letter, or capitals that can be spelled. */
  isKnown(word: string): boolean {
    if (this.has(word)) return true;
    if (!/^[A-Za-z]+$/.test(word)) return false;
    if (word.length === 1) return true;
    const isUpper = word === word.toUpperCase();
    if (isUpper && this.hasGold(word.toLowerCase())) return true;
    return word.slice(1) === word.slice(1).toUpperCase();
  }

  look(word: string, tag: string, stress: StressChange | undefined, context: Context): string | undefined {
    let key = word;
    let isName = false;
    if (word === word.toUpperCase() && !this.hasGold(word)) {
      key = word.toLowerCase();
      isName = tag === 'NNP';
    }
    let entry = this.#tables.gold.get(key);
    if (entry === undefined && !isName) entry = this.#tables.silver.get(key);
    // Capitals that are a listed word of some length are no acronym: UNIX, POSIX.
    if (entry === undefined && isName && word.length > 3) entry = this.findInAnyCase(word);
    const phonemes = typeof entry === 'object' ? pickReading(entry, tag, context) : entry;
    if (phonemes === undefined || phonemes === null || (isName && !phonemes.includes(primaryStress))) {
      const spelled = this.spell(key);
      if (spelled !== undefined) return spelled;
    }
    return phonemes == null ? undefined : changeStress(phonemes, stress);
  }

  /** The entry of `word` in small letters, or with a capital: "UNIX", "unicode". */
  findInAnyCase(word: string): LexiconEntry | undefined {
    const lower = word.toLowerCase();
    const name = lower.slice(0, 1).toUpperCase() + lower.slice(1);
    const { gold, silver } = this.#tables;
    return gold.get(lower) ?? silver.get(lower) ?? gold.get(name) ?? silver.get(name);
  }

  /** The plain listed form of a word that is certainly listed. */
  lookPlain(word: string): string {
    const entry = this.#tables.gold.get(word) ?? this.#tables.silver.get(word);
    const phonemes = typeof entry === 'object' ? entry.DEFAULT : entry;
    if (phonemes == null) throw new Error(`The lexicon lacks “${word}”, which the front end itself needs.`);
    return phonemes;
  }

  /** The listed form of `word` under `reading` (a tag of the entry). */
  lookReading(word: string, reading: string): string {
    const entry = this.#tables.gold.get(word);
    return (typeof entry === 'object' ? entry[reading] : undefined) ?? this.lookPlain(word);
  }

  /** Letter by letter with the last one stressed; `undefined` where there is no ASCII letter or a letter has no name. Dots and marks are passed over. */
  spell(word: string): string | undefined {
    let joined = '';
    for (const character of word) {
      if (!/\p{L}/u.test(character)) continue;
      const name = this.#tables.gold.get(character.toUpperCase());
      if (name === undefined) return undefined;
      joined += typeof name === 'object' ? name.DEFAULT : name;
    }
    if (joined === '') return undefined;
    const spelled = changeStress(joined, 'spell');
    const last = spelled.lastIndexOf(secondaryStress);
    return last < 0 ? spelled : spelled.slice(0, last) + primaryStress + spelled.slice(last + 1);
  }
}

function pickReading(
  readings: Readonly<Record<string, string | null>>,
  tag: string,
  context: Context,
): string | null | undefined {
  if (context.vowelFollows === undefined && 'None' in readings) return readings.None;
  if (tag in readings) return readings[tag];
  const parent = generaliseTag(tag);
  return parent in readings ? readings[parent] : readings.DEFAULT;
}

/** The coarse part of speech that the lexicon's entries use. */
export function generaliseTag(tag: string): string {
  if (tag.startsWith('VB')) return 'VERB';
  if (tag.startsWith('NN')) return 'NOUN';
  if (tag.startsWith('RB')) return 'ADV';
  if (tag.startsWith('JJ')) return 'ADJ';
  return tag;
}
