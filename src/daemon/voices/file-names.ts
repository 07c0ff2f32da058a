// Names of uploaded files: what is left of them for clients to ask by, and the ids made from them. None becomes part of a path.
import { createHash } from 'node:crypto';

const MAX_NAME_CHARS = 100;
const MAX_ID_CHARS = 60;
/** Windows takes these for devices, whatever their extension: nobody should save a file under one. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * `[A-Za-z0-9._- ]`, at most 100 characters, the extension kept. A letter that is lost leaves a trace of the whole name behind, so
 * that two names in another script stay two. Undefined where nothing usable is left.
 */
export function cleanFileName(name: string): string | undefined {
  const base = name.split(/[/\\]/).at(-1)!;
  const plain = base.normalize('NFKD').replace(/\p{M}/gu, '');
  const isWhole = !/[^\x20-\x7e]/.test(plain);
  const [, rawStem = '', extension = ''] = /^(.*?)(\.[A-Za-z0-9]{1,8})?$/s.exec(plain)!;
  const stem = rawStem
    .replace(/[^A-Za-z0-9._\- ]+/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .replace(DEVICE, '_$&');
  if (!/[A-Za-z0-9]/.test(stem) && (isWhole || !/[\p{L}\p{N}]/u.test(plain))) return undefined;
  const trace = isWhole && stem.length + extension.length <= MAX_NAME_CHARS ? '' : `-${hash(base)}`;
  return `${stem.slice(0, MAX_NAME_CHARS - trace.length - extension.length)}${trace}${extension}`;
}

/** `[a-z0-9_-]` from a name, and the first of `name`, `name-2`, `name-3` … that is free. */
export function makeId(name: string, isTaken: (id: string) => boolean): string {
  const slug = name
    .replace(/\.[A-Za-z0-9]{1,8}$/, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, MAX_ID_CHARS)
    .replace(/^-+|-+$/g, '');
  const base = slug || 'voice';
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!isTaken(id)) return id;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}
