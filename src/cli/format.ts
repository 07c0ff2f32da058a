// Which audio format a word or a file name means.
import { extname } from 'node:path';
import { TtsError } from '../api/errors.ts';
import type { AudioFormat } from '../api/job.ts';
import { isFolder } from './destination.ts';
import type { Options } from './options.ts';
import { note } from './output.ts';

/** The first extension of a format is the one that new files get. */
const EXTENSIONS: Record<AudioFormat, [string, ...string[]]> = {
  wav: ['wav', 'wave'],
  mp3: ['mp3'],
  opus: ['opus', 'ogg'],
  flac: ['flac'],
  aac: ['aac'],
  pcm: ['pcm', 'raw'],
};
export const FORMATS = Object.keys(EXTENSIONS) as AudioFormat[];

export function readFormat(word: string): AudioFormat {
  const format = FORMATS.find((known) => known === word.toLowerCase());
  if (format) return format;
  throw new TtsError('usage', `--format: expected one of ${FORMATS.join(', ')}, got "${word}".`);
}

/** The format that a file name asks for; undefined when its extension names none. */
export function guessFormat(file: string): AudioFormat | undefined {
  const extension = extname(file).slice(1).toLowerCase();
  return FORMATS.find((format) => EXTENSIONS[format].includes(extension));
}

/** `--format`, else what the file name says. */
export async function chooseFormat(options: Options): Promise<AudioFormat | undefined> {
  if (options.format !== undefined) {
    const format = readFormat(options.format);
    const named = options.output === undefined ? undefined : guessFormat(options.output);
    if (named !== undefined && named !== format)
      note(`${options.output} will hold ${format}, as --format says, whatever its name.`);
    return format;
  }
  if (options.output === undefined || options.output === '-') return undefined;
  const guessed = guessFormat(options.output);
  if (!guessed && !options.output.endsWith('{ext}') && !(await isFolder(options.output))) {
    note(`${options.output} names no known format; it will be a WAV. Choose another with --format.`);
    return 'wav';
  }
  return guessed;
}

export function getExtension(format: AudioFormat): string {
  return EXTENSIONS[format][0];
}
