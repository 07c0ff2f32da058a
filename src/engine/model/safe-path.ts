// Names of files inside a model's folder, as strangers write them: in a manifest, in an archive.

const MOST_BYTES = 255;
const MOST_PARTS = 8;
/** Windows gives these names to devices, whatever follows the dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** What is wrong with `path` as the name of a file below a folder; undefined when nothing is. */
export function findPathTrouble(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (/\p{Cc}/u.test(path) || !path.isWellFormed()) return 'holds control characters or half of one';
  if (path.includes('\\')) return 'holds a backslash';
  if (path.startsWith('/')) return 'is absolute';
  if (/^[a-z]:/i.test(path)) return 'begins with a drive letter';
  if (Buffer.byteLength(path) > MOST_BYTES) return `is longer than ${MOST_BYTES} bytes`;
  const parts = path.split('/');
  if (parts.length > MOST_PARTS) return `lies more than ${MOST_PARTS - 1} folders deep`;
  if (parts.some((part) => part === '..' || part === '.' || part === ''))
    return 'holds . or .. or an empty name';
  if (parts.some((part) => /[<>:"|?*]|[ .]$/.test(part) || DEVICE.test(part)))
    return 'holds a name that not every system can have';
  return undefined;
}
