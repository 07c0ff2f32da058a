// The text in a file that somebody dropped: plain text, Markdown, subtitles, or a book.

/** The kinds that can be read, as a file picker wants them. */
export const READABLE_FILES = '.txt,.md,.srt,.epub,text/plain,text/markdown,application/epub+zip';

/** Rejects when the file is not text of its kind. */
export async function readFile(file: File): Promise<string> {
  const ending = file.name.toLowerCase().split('.').at(-1);
  if (ending === 'epub') {
    const { readEpub } = await import('./read-epub.ts');
    return readEpub(new Uint8Array(await file.arrayBuffer()));
  }
  const text = decode(await file.arrayBuffer());
  if (ending === 'srt') return takeWords(text);
  return ending === 'md' || ending === 'markdown' ? takeMarkdown(text) : text;
}

function decode(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  if (text.includes('\0')) throw new Error('not a text file');
  return text;
}

/** Subtitles without their numbers, times and markup. */
function takeWords(subtitles: string): string {
  return subtitles
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .map((cue) =>
      cue
        .split('\n')
        .filter((line) => !/^\d+$/.test(line.trim()) && !line.includes('-->'))
        .join(' ')
        .replace(/<[^>]*>|\{\\[^}]*\}/g, '')
        .trim(),
    )
    .filter((cue) => cue !== '')
    .join('\n');
}

/** Markdown's marks that nobody would say. A pronunciation, `[word](/phonemes/)`, is not a link: it stays. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/^---\n[\s\S]*?\n---\n+/, ''],
  [/<!--[\s\S]*?-->/g, ''],
  [/^\s*([-*_])(\s*\1){2,}\s*$/gm, ''],
  [/^#{1,6}\s+(.*?)(\s+#+)?$/gm, '$1'],
  [/^(\s*>)+ ?/gm, ''],
  [/^\s*[-*+]\s+(\[[ xX]\]\s+)?/gm, ''],
  [/!\[([^\]]*)\]\([^)]*\)/g, '$1'],
  [/\[([^\]]+)\]\((?!\/[^)]*\/\))[^)]*\)/g, '$1'],
  [/(\*\*|__|~~)(?=\S)([\s\S]*?\S)\1/g, '$2'],
  [/(?<![\w*])\*(?=\S)([^*]*[^\s*])\*(?![\w*])/g, '$1'],
  [/(?<![\w_])_(?=\S)([^_]*[^\s_])_(?![\w_])/g, '$1'],
];

function takeMarkdown(text: string): string {
  return MARKS.reduce((left, [mark, words]) => left.replace(mark, words), text.replaceAll('\r\n', '\n'));
}
