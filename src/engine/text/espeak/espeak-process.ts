// One espeak-ng that stays: a line of text in, its phonemes out. It works while the engine does, and is started again when it died.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';

/** espeak-ng reads so many bytes at once and takes what follows for another line. */
const LONGEST_LINE_BYTES = 900;
const ANSWER_MS = 10_000;

export interface EspeakOptions {
  program: string;
  /** espeak-ng's own name for the language, such as `en-us`; trusted. */
  voice: string;
  /** Stands between the letters of one sound, such as `t^ʃ`; left out, nothing does. */
  tie?: string;
}

export interface Espeak {
  /** IPA, words separated by spaces; '' where nothing can be spoken. Any text is safe. */
  pronounce(text: string): Promise<string>;
  close(): void;
}

interface Waiting {
  lines: string[];
  resolve: (lines: string[]) => void;
  reject: (error: Error) => void;
}

export function openEspeak(options: EspeakOptions): Espeak {
  let process: Promise<EspeakProcess> | undefined;

  async function ask(line: string): Promise<string[]> {
    process ??= startProcess(options);
    const asked = process;
    try {
      return await (await asked).ask(line);
    } catch (error) {
      if (process === asked) process = undefined;
      throw error;
    }
  }

  return {
    async pronounce(text) {
      const parts: string[] = [];
      for (const line of cutLines(makeSafe(text))) {
        // What killed one may have been a signal from outside: the line gets a second try.
        parts.push(...(await ask(line).catch(() => ask(line))));
      }
      return parts
        .join(' ')
        .replace(/\([a-z]{2,3}(?:-[a-z0-9-]+)?\)/g, '')
        .replace(/\s+/g, ' ')
        .trim();
    },
    close() {
      process?.then(
        (running) => running.close(),
        () => {},
      );
    },
  };
}

interface EspeakProcess {
  ask(line: string): Promise<string[]>;
  close(): void;
}

async function startProcess({ program, voice, tie }: EspeakOptions): Promise<EspeakProcess> {
  const args = ['-q', '--ipa', ...(tie === undefined ? [] : [`--tie=${tie}`]), '-v', voice];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting: Waiting[] = [];
  let lastWords = '';
  let ended: Error | undefined;
  const end = (why: string) => {
    ended ??= new Error(`espeak-ng ${why}${lastWords === '' ? '' : `: ${lastWords.trim().slice(0, 200)}`}`);
    child.kill('SIGKILL');
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  child.on('error', (error) => end(`cannot be run (${error.message})`));
  child.on('close', () => end('ended'));
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-500);
  });

  /** What it says of a word that nobody can guess: it follows each line and so tells where an answer ends. */
  let mark = '';
  readLines(child, (line) => {
    const first = waiting[0];
    if (first === undefined) return;
    if (line !== mark) first.lines.push(line);
    else {
      waiting.shift();
      first.resolve(first.lines);
    }
  });

  function send(text: string): Promise<string[]> {
    if (ended !== undefined) return Promise.reject(ended);
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    const asked = { lines: [], resolve, reject };
    waiting.push(asked);
    child.stdin.write(text);
    // An engine at work keeps this thread for longer than that, and the answer is read after the timers.
    const giveUp = () => setImmediate(() => waiting.includes(asked) && end('did not answer in time'));
    const timer = setTimeout(giveUp, ANSWER_MS);
    timer.unref();
    return promise.finally(() => clearTimeout(timer));
  }

  const word = inventWord();
  // An empty line is answered by an empty one, which is the mark until the word's phonemes are known.
  const [spoken, ...more] = await send(`${word}\n\n`);
  if (spoken === undefined || more.length > 0) {
    end('does not say a word in one go');
    throw ended;
  }
  mark = spoken;
  return {
    ask: (line) => send(`${line}\n${word}\n`),
    close: () => child.stdin.end(),
  };
}

/** One of 10^9, in letters that every language's voice can say. A number of that length would take it as long as a sentence. */
function inventWord(): string {
  const pick = (letters: string) => letters[randomInt(letters.length)]!;
  return Array.from({ length: 5 }, () => pick('bdfgklmnprstvz') + pick('aeiou')).join('');
}

function readLines(child: ChildProcessWithoutNullStreams, hear: (line: string) => void): void {
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) hear(line.trim());
  });
}

/** Double square brackets would be taken for phonemes, control characters for commands. */
function makeSafe(text: string): string {
  return text.replace(/\[\[|\]\]|[\p{Cc}\p{Cs}\u2028\u2029]/gu, ' ');
}

/** At spaces, else between characters, so that each line is read whole. */
function* cutLines(text: string): Generator<string> {
  let line = '';
  for (const part of text.split(/(?<=\s)/)) {
    if (Buffer.byteLength(line + part) <= LONGEST_LINE_BYTES) {
      line += part;
      continue;
    }
    yield line;
    line = '';
    for (const character of part) {
      if (Buffer.byteLength(line) + 4 > LONGEST_LINE_BYTES) {
        yield line;
        line = '';
      }
      line += character;
    }
  }
  yield line;
}
