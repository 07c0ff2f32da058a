// Which tts this is: the version of the package, and the commit it was built from where that is known.
import { readFileSync } from 'node:fs';

/** `0.1.0` or `0.1.0 (1a2b3c4)`. */
export function readVersion(): string {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const { version } = JSON.parse(read('../../package.json')) as { version: string };
  try {
    return `${version} (${read('../commit').trim()})`;
  } catch {
    return version;
  }
}
