// Multipart forms byte by byte, so that odd names can be sent as they are.
import type { Daemon, Reply } from './daemon.ts';

const BOUNDARY = 'a-boundary-that-no-file-holds';

export type Part = { field: string; value: string } | { field: string; name: string | Buffer; file: Buffer };

export const FORM_HEADERS = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

export function buildForm(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap((part) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${part.field}"`),
    ...('file' in part
      ? [
          Buffer.from('; filename="'),
          Buffer.from(part.name),
          Buffer.from('"\r\nContent-Type: audio/wav\r\n\r\n'),
          part.file,
        ]
      : [Buffer.from(`\r\n\r\n${part.value}`)]),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

export function sendForm(daemon: Daemon, path: string, parts: readonly Part[]): Promise<Reply> {
  return daemon.call('POST', path, buildForm(parts), FORM_HEADERS);
}
