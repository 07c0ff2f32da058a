// EPUB files for tests, version 2 and 3.
import { strToU8, zipSync } from 'fflate';

export interface EpubChapter {
  title: string;
  /** Inside <body>. */
  body: string;
}

export function makeEpub(
  { title, author, chapters }: { title: string; author: string; chapters: readonly EpubChapter[] },
  version: 2 | 3,
): Uint8Array {
  const items = chapters.map(
    (_, index) => `<item id="c${index}" href="text/c%20${index}.xhtml" media-type="application/xhtml+xml"/>`,
  );
  const refs = chapters.map((_, index) => `<itemref idref="c${index}"/>`);
  const contents =
    version === 3
      ? '<item id="toc" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
      : '<item id="toc" href="toc.ncx" media-type="application/x-dtbncx+xml"/>';
  const links = chapters.map(
    (chapter, index) => `<li><a href="text/c%20${index}.xhtml#top">${chapter.title}</a></li>`,
  );
  const points = chapters.map(
    (chapter, index) =>
      `<navPoint><navLabel><text>${chapter.title}</text></navLabel><content src="text/c%20${index}.xhtml"/></navPoint>`,
  );
  const files: Record<string, string> = {
    'META-INF/container.xml':
      '<?xml version="1.0"?><container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    'OEBPS/book.opf': `<?xml version="1.0"?><package><metadata><dc:title>${title}</dc:title><dc:creator>${author}</dc:creator></metadata><manifest>${items.join('')}${contents}<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="cover" linear="no"/>${refs.join('')}</spine></package>`,
    'OEBPS/cover.xhtml': '<html><body><p>Cover.</p></body></html>',
    'OEBPS/nav.xhtml': `<html><head><title/></head><body><nav epub:type="landmarks"><a href="cover.xhtml">Cover</a></nav><nav epub:type="toc"><ol>${links.join('')}</ol></nav></body></html>`,
    'OEBPS/toc.ncx': `<ncx><navMap>${points.join('')}</navMap></ncx>`,
  };
  for (const [index, { body }] of chapters.entries())
    files[`OEBPS/text/c ${index}.xhtml`] =
      `<?xml version="1.0"?><html><head><title/><style>p { x }</style></head><body>${body}</body></html>`;
  const packed = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]));
  return zipSync({ mimetype: [strToU8('application/epub+zip'), { level: 0 }], ...packed });
}
