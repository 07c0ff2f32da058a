// The text to speak: from the arguments, a file, or stdin.
import { isUtf8 } from 'node:buffer';
import { createReadStream, existsSync } from 'node:fs';
import { TtsError } from '../api/errors.ts';
import { describeForeign, hasUtf16Mark } from './foreign-file.ts';
import { note } from './output.ts';
import { quoteShell } from './quote-shell.ts';

const STDIN = '-';
const MIB = 1024 * 1024;
/** A text has at most 1 000 000 characters of at most 4 bytes. */
const MAX_TEXT_MIB = 4;
/** What the daemon takes in one request. */
const MAX_LIST_MIB = 256;
const PIECE_BYTES = MIB / 4;

/** Arguments joined by spaces, else `file`, else stdin when something is piped into it. */
export async function readText(args: readonly string[], file: string | undefined): Promise<string> {
  if (args.length > 0 && file !== undefined) {
    throw new TtsError('usage', 'The text was given twice: as arguments and with --file. Give one of them.');
  }
  if (args.length > 0 && args.every((arg) => existsSync(arg)))
    note(`${args[0]} is spoken as it stands here. To speak what is in the file: -f ${quoteShell(args[0]!)}`);
  const text = args.length > 0 ? args.join(' ') : await readSource(file);
  if (text.trim() !== '') return text;
  throw new TtsError('usage', 'There is no text. Give it as arguments, with --file FILE, or pipe it in.');
}

/** The text of one of several files. */
export async function readTextFile(file: string): Promise<string> {
  const text = await readUtf8(file, MAX_TEXT_MIB);
  if (text.trim() !== '') return text;
  throw new TtsError('input_unreadable', `${nameSource(file)} has no text in it.`);
}

/** The whole of a file with one job a line. */
export function readList(file: string): Promise<string> {
  return readUtf8(file, MAX_LIST_MIB);
}

/** What messages call a file. */
export function nameSource(file: string): string {
  return file === STDIN ? 'stdin' : file;
}

async function readSource(file: string | undefined): Promise<string> {
  if (file !== undefined) return readUtf8(file, MAX_TEXT_MIB);
  return process.stdin.isTTY ? '' : readUtf8(STDIN, MAX_TEXT_MIB);
}

/** The whole of a UTF-8 file without its byte order mark; `-` is stdin. */
async function readUtf8(file: string, maxMib: number): Promise<string> {
  const name = nameSource(file);
  const bytes = await readBytes(file, maxMib);
  const foreign = describeForeign(bytes, file);
  if (foreign !== undefined) throw new TtsError('input_unreadable', `${name} cannot be read. ${foreign}`);
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes);
  const [what, encoding] = hasUtf16Mark(bytes)
    ? [' but UTF-16', 'UTF-16']
    : [`: the byte at offset ${findBadByte(bytes)} does not fit`, 'WINDOWS-1252'];
  const source = file === STDIN ? '' : `${quoteShell(file)} `;
  throw new TtsError(
    'input_unreadable',
    `${name} is not UTF-8${what}. Convert it: iconv -f ${encoding} -t UTF-8 ${source}> text.txt`,
  );
}

/** Not a byte beyond the limit is waited for: /dev/zero and some pipes have no end. */
async function readBytes(file: string, maxMib: number): Promise<Buffer> {
  const name = nameSource(file);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of file === STDIN ? process.stdin : openFile(file)) {
      parts.push(part);
      length += part.length;
      if (length > maxMib * MIB) break;
    }
  } catch (cause) {
    throw describeUnreadable(file, cause);
  }
  if (length <= maxMib * MIB) return Buffer.concat(parts);
  throw new TtsError(
    'input_unreadable',
    `${name} has more than ${maxMib} MiB, the most that is taken at once. Divide it into several.`,
  );
}

const REASONS: Record<string, string> = {
  ENOENT: 'There is no such file.',
  EACCES: 'You may not read it.',
  EPERM: 'You may not read it.',
};

/** Why a file that the user named could not be read. */
export function describeUnreadable(file: string, cause: unknown): TtsError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const reason =
    code === 'EISDIR'
      ? `It is a folder. Each of its files: tts enqueue --each ${quoteShell(file)}/*`
      : (REASONS[code] ?? `${message}.`);
  return new TtsError('input_unreadable', `${nameSource(file)} cannot be read. ${reason}`, { cause });
}

function openFile(file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: PIECE_BYTES });
}

/** Offset of the first byte that no UTF-8 text has there: a binary search, as `isUtf8` has no position. */
function findBadByte(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(bytes.subarray(0, alignDown(bytes, middle)))) low = middle;
    else high = middle - 1;
  }
  return alignDown(bytes, low);
}

/** The last character boundary at or before `end`: a cut character is not yet a bad one. */
function alignDown(bytes: Buffer, end: number): number {
  let start = end;
  while (start > 0 && end - start < 3 && (bytes[start - 1]! & 0xc0) === 0x80) start--;
  const lead = bytes[start - 1] ?? 0;
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return start > 0 && needed > end - start + 1 ? start - 1 : end;
}
