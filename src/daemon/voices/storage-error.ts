// What the disk said about a voice or the configuration, in the words of the error table.
import { TtsError } from '../../api/errors.ts';

/** Anything but a file system's error is given back as it is. */
export function toStorageError(error: unknown, what: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof TtsError || typeof code !== 'string') return error;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new TtsError(
      'disk_full',
      `${what} cannot be written: the disk is full. Free some space and try again.`,
      { cause: error },
    );
  return new TtsError(
    'storage_failed',
    `${what} cannot be written (${code}). Mend the disk or its permissions and try again.`,
    {
      cause: error,
    },
  );
}
