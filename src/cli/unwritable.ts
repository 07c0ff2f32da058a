// What to tell people when the system refuses a write.
import { dirname } from 'node:path';
import { TtsError } from '../api/errors.ts';
import { quoteShell } from './quote-shell.ts';

// See locate.ts.
const { existsSync } = process.getBuiltinModule('node:fs');

const REASONS: Record<string, string> = {
  EACCES: 'You may not write there.',
  EPERM: 'You may not write there.',
  EROFS: 'The file system is read-only.',
  ENOSPC: 'The disk is full. Free some space or choose another place.',
  EDQUOT: 'Your disk quota is used up.',
  ENAMETOOLONG: 'The name is too long.',
  EPIPE: 'The program that reads it has ended.',
};

/** The error for a file that could not be written, with what to do about it. */
export function describeUnwritable(path: string, cause: unknown): TtsError {
  if (cause instanceof TtsError) return cause;
  const { code = '' } = cause as NodeJS.ErrnoException;
  const reason =
    REASONS[code] ??
    describeFolder(dirname(path), code) ??
    (cause instanceof Error ? cause.message : String(cause));
  return new TtsError('output_unwritable', `${path} cannot be written. ${reason}`, { cause });
}

function describeFolder(folder: string, code: string): string | undefined {
  if (code === 'ENOTDIR') return `${folder} is not a folder.`;
  if (code !== 'ENOENT') return undefined;
  // /proc and its like say the same of a folder that is there.
  if (existsSync(folder)) return `${folder} takes no new files.`;
  return `There is no folder ${folder}. Make it: mkdir -p ${quoteShell(folder)}`;
}
