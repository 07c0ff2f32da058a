// The text to speak: from the arguments, a file, or stdin.
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { TtsError } from '../api/errors.ts';

const STDIN = '-';

/** Arguments joined by spaces, else `file`, else stdin when something is piped into it. */
export async function readText(args: readonly string[], file: string | undefined): Promise<string> {
  if (args.length > 0 && file !== undefined) {
    throw new TtsError('usage', 'The text was given twice: as arguments and with --file. Give one of them.');
  }
  const text = args.length > 0 ? args.join(' ') : await readSource(file);
  if (text.trim() !== '') return text;
  throw new TtsError('usage', 'There is no text. Give it as arguments, with --file FILE, or pipe it in.');
}

/** The whole of a UTF-8 file without its byte order mark; `-` is stdin. */
export async function readUtf8(file: string): Promise<string> {
  const name = nameSource(file);
  const bytes = await readBytes(file, name);
  if (!isUtf8(bytes)) {
    throw new TtsError(
      'input_unreadable',
      `${name} is not UTF-8: the byte at offset ${findBadByte(bytes)} does not fit. Convert it: iconv -f WINDOWS-1252 -t UTF-8 ${file === STDIN ? '' : `'${file}' `}> text.txt`,
    );
  }
  return new TextDecoder('utf-8').decode(bytes);
}

/** What messages call a file. */
export function nameSource(file: string): string {
  return file === STDIN ? 'stdin' : file;
}

async function readSource(file: string | undefined): Promise<string> {
  if (file !== undefined) return readUtf8(file);
  return process.stdin.isTTY ? '' : readUtf8(STDIN);
}

async function readBytes(file: string, name: string): Promise<Buffer> {
  try {
    return file === STDIN ? await readStdin() : await readFile(file);
  } catch (cause) {
    throw new TtsError('input_unreadable', `${name} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

async function readStdin(): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part);
  return Buffer.concat(parts);
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
