// An EPUB book as chapters with titles, in reading order. Nothing in it is run, and nothing is written to disk.
import { strFromU8, unzipSync } from 'fflate';
import { DomUtils, parseDocument } from 'htmlparser2';
import { TtsError } from '../../api/errors.ts';

export interface Chapter {
  title: string;
  text: string;
}

export interface Book {
  title: string;
  /** Empty where the book names none. */
  author: string;
  chapters: Chapter[];
}

type Node = ReturnType<typeof parseDocument>;
type Element = ReturnType<typeof DomUtils.getElementsByTagName>[number];

/** The format's own words: EPUB 3.3, "Open Container Format", "Package document", "Navigation document". */
const CONTAINER = 'META-INF/container.xml';
/** Text of a book that unpacks to more than this is no book. */
const MOST_BYTES = 64 * 1024 * 1024;
const BLOCKS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'li', 'blockquote', 'td', 'dd', 'dt', 'pre'];
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const UNSPOKEN = ['script', 'style', 'nav', 'head'];

/** Throws `input_unreadable` when the file is no EPUB, is encrypted or holds no text. */
export function readEpub(bytes: Uint8Array, name: string): Book {
  const fail = (why: string, cause?: unknown) =>
    new TtsError('input_unreadable', `${name} cannot be read as an EPUB: ${why}.`, { cause });
  let book: Book;
  try {
    book = read(unzip(bytes));
  } catch (cause) {
    throw fail((cause as Error).message, cause);
  }
  if (book.chapters.length === 0) throw fail('there is no text in it');
  return book;
}

type Files = (path: string) => string;

function unzip(bytes: Uint8Array): Files {
  let unpacked = 0;
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!/\.(xml|opf|ncx|x?html?)$/i.test(name)) return false;
      unpacked += originalSize;
      if (unpacked > MOST_BYTES) throw new Error(`it unpacks to more than ${MOST_BYTES >> 20} MiB of text`);
      return true;
    },
  });
  // Fonts may be encrypted without harm; their names end in nothing that is read here.
  const locked = files['META-INF/encryption.xml'];
  if (locked && /\.(opf|x?html?)["#?]/i.test(strFromU8(locked))) throw new Error('it is copy-protected');
  return (path) => {
    const file = files[path];
    if (file === undefined) throw new Error(`${path} is missing`);
    return strFromU8(file);
  };
}

function read(files: Files): Book {
  const [root] = find(parseXml(files(CONTAINER)), 'rootfile');
  const path = root?.attribs['full-path'] ?? '';
  const document = parseXml(files(path));
  const items = new Map(find(document, 'item').map((item) => [item.attribs.id ?? '', item]));
  const places = find(document, 'itemref').flatMap(({ attribs }) => {
    const href = items.get(attribs.idref ?? '')?.attribs.href;
    return href && attribs.linear !== 'no' ? [resolve(path, href)] : [];
  });
  const titles = readTitles(document, { path, files });
  const chapters: Chapter[] = [];
  for (const place of places) {
    const { text, heading } = takeText(files(place));
    if (text === '') continue;
    const title = titles.get(place);
    const last = chapters.at(-1);
    // A file that the table of contents does not name goes on with the chapter before it.
    if (title === undefined && titles.size > 0 && last) last.text += `\n\n${text}`;
    else chapters.push({ title: title ?? heading ?? `Part ${chapters.length + 1}`, text });
  }
  return {
    title: getText(find(document, 'dc:title')[0]) || 'Book',
    author: getText(find(document, 'dc:creator')[0]),
    chapters,
  };
}

/** What the table of contents calls each file: of EPUB 3 the navigation document, of EPUB 2 the NCX. */
function readTitles(document: Node, { path, files }: { path: string; files: Files }): Map<string, string> {
  const items = find(document, 'item');
  const nav = items.find(({ attribs }) => attribs.properties?.split(' ').includes('nav'));
  const ncx = items.find(({ attribs }) => attribs['media-type'] === 'application/x-dtbncx+xml');
  const titles = new Map<string, string>();
  const add = (base: string, href: string | undefined, title: string) => {
    if (href === undefined || title === '') return;
    const place = resolve(base, href);
    if (!titles.has(place)) titles.set(place, title);
  };
  if (nav?.attribs.href) {
    const base = resolve(path, nav.attribs.href);
    const lists = find(parseHtml(files(base)), 'nav');
    const contents = lists.find(({ attribs }) => attribs['epub:type'] === 'toc') ?? lists[0];
    for (const link of contents ? find(contents, 'a') : []) add(base, link.attribs.href, getText(link));
  } else if (ncx?.attribs.href) {
    const base = resolve(path, ncx.attribs.href);
    for (const point of find(parseXml(files(base)), 'navPoint'))
      add(base, find(point, 'content')[0]?.attribs.src, getText(find(point, 'text')[0]));
  }
  return titles;
}

function takeText(html: string): { text: string; heading: string | undefined } {
  const page = parseHtml(html);
  const [body = page] = find(page, 'body');
  for (const unspoken of UNSPOKEN.flatMap((name) => find(body, name))) DomUtils.removeElement(unspoken);
  const isBlock = (element: Element) => BLOCKS.includes(element.name);
  const blocks = DomUtils.findAll(isBlock, [body])
    .filter((block) => DomUtils.findAll(isBlock, block.children).length === 0)
    .map((block) => ({ name: block.name, text: getText(block) }))
    .filter(({ text }) => text !== '');
  const heading = blocks.find(({ name }) => HEADINGS.includes(name))?.text;
  return { text: blocks.map(({ text }) => text).join('\n\n') || getText(body), heading };
}

function parseXml(xml: string): Node {
  return parseDocument(xml, { xmlMode: true });
}

function parseHtml(html: string): Node {
  // XHTML allows what HTML does not, such as <title/>.
  return parseDocument(html, { recognizeSelfClosing: true });
}

function find(parent: Node | Element, name: string): Element[] {
  return DomUtils.getElementsByTagName(name, parent, true);
}

function getText(node: Node | Element | undefined): string {
  return node === undefined ? '' : DomUtils.textContent(node).replace(/\s+/g, ' ').trim();
}

/** Without a fragment; what points out of the book names no file in it. */
function resolve(from: string, href: string): string {
  return decodeURIComponent(new URL(href, `epub:///${from}`).pathname.slice(1));
}
