// What a file that is not text seems to be, and how it becomes text.
import { quoteShell } from './quote-shell.ts';

const TEXT_FILE = 'text.txt';

/** How files of a kind begin, and the command that makes text of one. */
const KINDS: readonly { name: string; begins: RegExp; remedy: (file: string) => string }[] = [
  { name: 'a PDF', begins: /^%PDF/, remedy: (file) => `pdftotext ${file} ${TEXT_FILE}` },
  {
    name: 'an EPUB book',
    begins: /^PK\x03\x04.{26}mimetypeapplication\/epub/s,
    remedy: (file) => `tts book ${file} -o FOLDER`,
  },
  {
    name: 'an office document or another archive',
    begins: /^PK\x03\x04/,
    remedy: (file) => `pandoc ${file} -t plain -o ${TEXT_FILE}`,
  },
  {
    name: 'an old office document',
    begins: /^\xd0\xcf\x11\xe0/,
    remedy: (file) => `soffice --convert-to txt:Text ${file}`,
  },
  { name: 'compressed', begins: /^\x1f\x8b/, remedy: (file) => `zcat ${file} > ${TEXT_FILE}` },
];
const SOUND = /^(RIFF.{4}WAVE|ID3|fLaC|OggS|\xff[\xf2-\xfb])/s;
const PICTURE = /^(\x89PNG|\xff\xd8\xff|GIF8)/;

/** ` It is a PDF. Make text of it: …`; undefined for what may be text. */
export function describeForeign(bytes: Buffer, file: string): string | undefined {
  const start = bytes.toString('latin1', 0, 512);
  const kind = KINDS.find(({ begins }) => begins.test(start));
  if (kind) return `It is ${kind.name}. Make text of it: ${kind.remedy(quoteShell(file))}`;
  if (SOUND.test(start)) return 'It is a sound file.';
  if (PICTURE.test(start)) return 'It is a picture.';
  return bytes.includes(0) && !hasUtf16Mark(bytes) ? 'It is no text but a binary file.' : undefined;
}

export function hasUtf16Mark(bytes: Buffer): boolean {
  const mark = bytes.toString('hex', 0, 2);
  return mark === 'fffe' || mark === 'feff';
}
