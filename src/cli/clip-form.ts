// A recording on its way to the daemon, with what is said of it.
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormData } from 'undici';
import { describeUnreadable } from './input.ts';

/** A recording that can be read. */
export interface OpenedClip {
  name: string;
  content: Blob;
}

export function buildClipForm(
  { name: file, content }: OpenedClip,
  fields: Record<string, unknown>,
): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  form.set('file', content, file);
  return form;
}

/** Throws `input_unreadable`. */
export async function openClip(file: string): Promise<OpenedClip> {
  try {
    if (!(await stat(file)).isFile()) throw new Error('It is no file');
    return { name: basename(file), content: await openAsBlob(file) };
  } catch (cause) {
    throw describeUnreadable(file, cause);
  }
}
