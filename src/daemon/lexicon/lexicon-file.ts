// The user's lexicon: lexicon.yaml beside config.yaml, edited by hand or over HTTP, and read again whenever it has changed.
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { open, readFile, realpath, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import { TtsError } from '../../api/errors.ts';
import { findNearest } from '../../api/nearest.ts';
import { type LexiconEntry, makeRespeller, type Respeller } from '../../engine/text/markup/respell.ts';
import { makeSyncedDirectory, syncDirectory } from '../inference/sync-directory.ts';
import { readEntry } from './entry.ts';

const MOST_ENTRIES = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;

export interface Lexicon {
  entries: LexiconEntry[];
  respeller: Respeller;
  /** What in the file is not understood: one sentence each. */
  problems: string[];
}

export class LexiconFile {
  readonly path: string;
  #current: Lexicon = makeLexicon([], []);
  /** Tells one content of the file from another. */
  #stamp = 'absent';
  #writing: Promise<unknown> = Promise.resolve();

  constructor(configFile: string) {
    this.path = join(dirname(configFile), 'lexicon.yaml');
  }

  /** As the file is now. One that cannot be read leaves the entries as they were, and is told among the problems. */
  async read(): Promise<Lexicon> {
    const stamp = readStamp(this.path);
    if (stamp === this.#stamp) return this.#current;
    this.#current = stamp === 'absent' ? makeLexicon([], []) : await this.#load();
    this.#stamp = stamp;
    return this.#current;
  }

  /** Adds a word or changes how it is said. Throws `invalid_request` naming the field. */
  put(given: {
    word: string;
    say: string;
    language?: string | undefined;
  }): Promise<{ entry: LexiconEntry; isNew: boolean }> {
    return this.#change(async (document, words) => {
      const entry = readEntry(given);
      if ('field' in entry) throw invalidEntry(entry.field, entry.msg);
      const isNew = !words.has(entry.word);
      if (isNew && words.size >= MOST_ENTRIES)
        throw invalidEntry('word', `the lexicon has ${MOST_ENTRIES} words, which is the most it holds`);
      const { word, say, language } = entry;
      document.set(words.get(word) ?? word, language === undefined ? say : { say, language });
      return { entry, isNew };
    });
  }

  /** Throws `word_not_found`. */
  remove(word: string): Promise<void> {
    const wanted = word.normalize('NFC').trim();
    return this.#change(async (document, words) => {
      const key = words.get(wanted);
      if (key === undefined) throw describeMissing(wanted, [...words.keys()]);
      document.delete(key);
    });
  }

  async #load(): Promise<Lexicon> {
    try {
      const { document } = await readYaml(this.path);
      const { entries, problems } = readEntries(document, this.path);
      return makeLexicon(entries, problems);
    } catch (error) {
      return { ...this.#current, problems: [(error as Error).message] };
    }
  }

  /** One change after the other, each of the file as it is then; comments in it are kept. */
  #change<T>(change: (document: Document, words: Map<string, unknown>) => Promise<T>): Promise<T> {
    const done = this.#writing.then(async () => {
      const { document, words } = await readYaml(this.path);
      const answer = await change(document, words);
      await writeDurably(this.path, String(document));
      return answer;
    });
    this.#writing = done.catch(() => {});
    return done;
  }
}

function makeLexicon(entries: LexiconEntry[], problems: string[]): Lexicon {
  return { entries, respeller: makeRespeller(entries), problems };
}

/** At once: asked at every submit, it would take a third of the thread's time by way of the thread pool. */
function readStamp(path: string): string {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return 'absent';
    return `${found.ino}-${found.size}-${found.mtimeNs}-${found.ctimeNs}`;
  } catch (error) {
    return `unreadable: ${(error as Error).message}`;
  }
}

/** `words`: the key in the document of each word. Throws `lexicon_invalid` on what is not YAML or no list of words. */
async function readYaml(path: string): Promise<{ document: Document; words: Map<string, unknown> }> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw invalidFile(`${path} cannot be read: ${error.message}.`);
  });
  if (text.length > MAX_BYTES) throw invalidFile(`${path} is larger than ${MAX_BYTES} bytes.`);
  const document = parseDocument(text);
  const [wrong] = document.errors;
  if (wrong !== undefined) throw invalidFile(`${path}: ${wrong.message.split('\n')[0]}`);
  const { contents } = document;
  if (contents !== null && !isMap(contents))
    throw invalidFile(`${path} must hold lines such as "nginx: engine x".`);
  const words = new Map<string, unknown>();
  for (const { key } of contents?.items ?? []) words.set(readScalar(key) ?? '', key);
  return { document, words };
}

function readEntries(document: Document, path: string): { entries: LexiconEntry[]; problems: string[] } {
  const entries: LexiconEntry[] = [];
  const problems: string[] = [];
  for (const { key, value } of isMap(document.contents) ? document.contents.items : []) {
    const word = readScalar(key) ?? '';
    const say = readScalar(isMap(value) ? value.get('say', true) : value);
    const language = isMap(value) ? readScalar(value.get('language', true)) : undefined;
    const entry =
      say === undefined ? ({ field: 'say', msg: 'is missing' } as const) : readEntry({ word, say, language });
    if ('field' in entry)
      problems.push(`${path}: ${JSON.stringify(word.slice(0, 50))}: ${entry.field} ${entry.msg}.`);
    else entries.push(entry);
  }
  if (entries.length > MOST_ENTRIES)
    problems.push(`${path}: has ${entries.length} words, of which the first ${MOST_ENTRIES} are used.`);
  return { entries: entries.slice(0, MOST_ENTRIES), problems };
}

/** As it is written: a year or a "yes" is a word like any other. */
function readScalar(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return (typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))).normalize('NFC');
}

async function writeDurably(path: string, text: string): Promise<void> {
  try {
    await makeSyncedDirectory(dirname(path));
    // Behind a link the file itself is replaced, not the link.
    const target = await realpath(path).catch(() => path);
    const temporary = `${target}.${randomUUID()}.tmp`;
    try {
      await using handle = await open(temporary, 'wx', 0o600);
      await handle.writeFile(text);
      await handle.sync();
      await rename(temporary, target);
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw error;
    }
    await syncDirectory(dirname(target));
  } catch (cause) {
    throw new TtsError('storage_failed', `${path} cannot be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

function describeMissing(word: string, known: string[]): TtsError {
  const nearest = findNearest(word, known, 3);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return new TtsError(
    'word_not_found',
    `The lexicon has no word ${JSON.stringify(word.slice(0, 100))}.${hint} See: tts lexicon list`,
  );
}

function invalidEntry(field: string, msg: string): TtsError {
  return new TtsError('invalid_request', `${field}: ${msg}`, {
    fields: [{ loc: [field === 'word' ? 'path' : 'body', field], msg, type: 'value_error' }],
  });
}

function invalidFile(message: string): TtsError {
  return new TtsError('lexicon_invalid', `${message} Mend the file; until then it is not changed.`);
}
