// Names of files with {fields} in them: which fields there are, and what may come out of them.
import { TtsError } from '../api/errors.ts';
import type { JobView } from '../api/job.ts';
import { getExtension } from './format.ts';

const FIELD = /\{([a-z]+)(?::0?(\d{1,2}))?\}/g;
const SLUG_CHARS = 40;

/** What only some verbs know of a job. */
export interface Place {
  /** Which of the jobs it is, from 1. */
  n: number;
  /** The name of the file that the text is from, without its ending. */
  stem?: string;
  /** What it is about, where the text does not say it. */
  title?: string;
}

export const JOB_FIELDS = ['id', 'label', 'n', 'slug', 'voice', 'ext'] as const;
export const FILE_FIELDS = [...JOB_FIELDS, 'stem'] as const;

export function isTemplate(output: string): boolean {
  return output.search(FIELD) !== -1;
}

/** Throws `usage` for a field that is not among `fields`. */
export async function checkFields(output: string, fields: readonly string[]): Promise<void> {
  for (const [whole, name, width] of output.matchAll(FIELD)) {
    if (width !== undefined && name !== 'n')
      throw new TtsError('usage', `${whole}: only {n} takes a width, as in {n:03}.`);
    if (fields.includes(name!)) continue;
    const { suggest } = await import('./suggest.ts');
    throw new TtsError(
      'usage',
      `${whole} is not known here.${suggest(name!, fields, (near) => `{${near}}`)} There are ${fields.map((field) => `{${field}}`).join(', ')}.`,
    );
  }
}

/**
 * Values come from anybody: whatever they hold, they name a file or folder below the one that the template itself names, and
 * nothing that commands a terminal.
 */
export function fillFields(
  output: string,
  job: Pick<JobView, 'id' | 'label' | 'voice' | 'format' | 'text_preview'>,
  { n, stem, title }: Place,
): string {
  const values: Record<string, string> = {
    id: job.id,
    label: job.label ?? job.id,
    slug: makeSlug(title ?? job.text_preview) || job.id,
    voice: job.voice,
    ext: getExtension(job.format),
    ...(stem === undefined ? {} : { stem }),
  };
  const filled = output.replace(FIELD, (whole, name: string, width?: string) => {
    if (name === 'n') return String(n).padStart(Number(width ?? 0), '0');
    return name in values ? toFileName(values[name]!) : whole;
  });
  return filled === '-' ? './-' : filled;
}

/** Words for a file name: `Chapter 1. The Fog!` → `chapter-1-the-fog`. Letters of any script stay. */
export function makeSlug(text: string): string {
  const slug = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  const characters = [...slug];
  if (characters.length <= SLUG_CHARS) return slug;
  const cut = characters.slice(0, SLUG_CHARS).join('');
  return characters[SLUG_CHARS] === '-' ? cut : cut.replace(/-[^-]*$/, '');
}

function toFileName(value: string): string {
  return value.replace(/[/\\\p{Cc}]/gu, '_').replace(/^\.+/, '_') || '_';
}
