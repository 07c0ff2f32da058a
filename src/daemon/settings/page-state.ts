// What the web page of Chatterbox-TTS-Server remembers of itself (`ui_state`, `ui`): kept for it in the data directory, never in config.yaml.
import { readFileSync } from 'node:fs';
import { isSection } from '../config.ts';
import { replaceFile } from './replace-file.ts';

export const PAGE_SECTIONS = ['ui_state', 'ui'] as const;
type PageSection = (typeof PAGE_SECTIONS)[number];
type Values = Record<string, unknown>;
export type PageState = Record<PageSection, Values>;

const MAX_KEYS = 100;
const MAX_CHARS = 2_000_000;

export class PageStateFile {
  readonly #path: string;
  #state: PageState;

  constructor(path: string) {
    this.#path = path;
    this.#state = read(path);
  }

  get(): PageState {
    return this.#state;
  }

  /** What is not given stays. */
  async merge(change: Partial<PageState>): Promise<void> {
    const state = {
      ui_state: { ...this.#state.ui_state, ...change.ui_state },
      ui: { ...this.#state.ui, ...change.ui },
    };
    await replaceFile(this.#path, `${JSON.stringify(state)}\n`);
    this.#state = state;
  }

  async clear(): Promise<void> {
    await replaceFile(this.#path, `${JSON.stringify(empty())}\n`);
    this.#state = empty();
  }
}

export function isPageSection(name: string): name is PageSection {
  return PAGE_SECTIONS.some((known) => known === name);
}

/** What is wrong with values for the page; empty when nothing is. */
export function checkPageValues(section: PageSection, values: Values): string[] {
  const problems = Object.entries(values).flatMap(([key, value]) => {
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(key))
      return [`${section}.${key.slice(0, 64)} is no name of a setting`];
    return value === null || ['string', 'number', 'boolean'].includes(typeof value)
      ? []
      : [`${section}.${key} must be a text, a number, true, false or null`];
  });
  if (Object.keys(values).length > MAX_KEYS) problems.push(`${section} has more than ${MAX_KEYS} keys`);
  if (JSON.stringify(values).length > MAX_CHARS)
    problems.push(`${section} has more than ${MAX_CHARS} characters`);
  return problems;
}

function empty(): PageState {
  return { ui_state: {}, ui: {} };
}

/** A file that is missing or damaged costs a page its memory, not the daemon its start. */
function read(path: string): PageState {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isSection(found) && isSection(found.ui_state) && isSection(found.ui))
      return { ui_state: found.ui_state, ui: found.ui };
  } catch {}
  return empty();
}
