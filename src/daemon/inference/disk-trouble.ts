// Tells a disk that cannot be written from every other failure: the first stops the work, the second one job.
import { TtsError } from '../../api/errors.ts';

const DISK_CODES = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE']);

export function isDiskTrouble(error: unknown): boolean {
  if (error instanceof TtsError) return error.code === 'disk_full' || error.code === 'storage_failed';
  return error instanceof Error && DISK_CODES.has((error as NodeJS.ErrnoException).code ?? '');
}
