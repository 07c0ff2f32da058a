// The text of an EPUB book, chapter by chapter in reading order. Nothing in it is run or shown.
import { strFromU8, unzipSync } from 'fflate';

/** The format's own words for what it looks like: EPUB 3.3, "Open Container Format" and "Package document". */
const CONTAINER = 'META-INF/container.xml';
/** Text of a book that unpacks to more than this is no book. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Throws when the file is no EPUB. */
export function readEpub(bytes: Uint8Array): string {
  let unpacked = 0;
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!/\.(xml|opf|x?html?)$/i.test(name)) return false;
      unpacked += originalSize;
      if (unpacked > MOST_BYTES) throw new Error('the book is too large');
      return true;
    },
  });
  const read = (name: string) => {
    const file = files[name];
    if (file === undefined) throw new Error(`${name} is missing`);
    return strFromU8(file);
  };
  const packagePath = parse(read(CONTAINER)).querySelector('rootfile')?.getAttribute('full-path') ?? '';
  const document = parse(read(packagePath));
  const places = new Map(
    [...document.querySelectorAll('manifest > item')].map((item) => [
      item.getAttribute('id'),
      item.getAttribute('href') ?? '',
    ]),
  );
  return [...document.querySelectorAll('spine > itemref')]
    .map((itemref) => places.get(itemref.getAttribute('idref')) ?? '')
    .filter((href) => href !== '')
    .map((href) => takeText(read(resolve(packagePath, href))))
    .filter((chapter) => chapter !== '')
    .join('\n\n');
}

function parse(xml: string): Document {
  return new DOMParser().parseFromString(xml, 'application/xml');
}

function resolve(from: string, href: string): string {
  return decodeURIComponent(new URL(href, `epub:///${from}`).pathname.slice(1));
}

function takeText(html: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const unspoken of body.querySelectorAll('script, style, nav')) unspoken.remove();
  const blocks = [...body.querySelectorAll('h1, h2, h3, h4, h5, h6, p, li, blockquote, td')]
    .filter((block) => block.querySelector('p, li') === null)
    .map((block) => (block.textContent ?? '').replace(/\s+/g, ' ').trim());
  const text = blocks.length > 0 ? blocks : [(body.textContent ?? '').trim()];
  return text.filter((block) => block !== '').join('\n\n');
}
