// Whether an Ogg file has its end: the last page says that it is the last.
import { BadAudio } from './decoded-audio.ts';

const LAST_PAGE = 0x04;
const FLAGS_AT = 5;

export function checkLastPage(file: Buffer): void {
  const start = file.lastIndexOf('OggS', undefined, 'latin1');
  const lengths = file.subarray(start + 27, start + 27 + (file[start + 26] ?? 0));
  const end = start + 27 + lengths.length + lengths.reduce((sum, length) => sum + length, 0);
  const isLast = ((file[start + FLAGS_AT] ?? 0) & LAST_PAGE) !== 0;
  if (!isLast || end > file.length)
    throw new BadAudio('ends early: the last page of its Ogg stream is missing; send it again');
}
