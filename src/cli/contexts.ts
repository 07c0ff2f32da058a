// Other daemons that the user has given names: contexts.json in the config directory. One of them may be in use.
import { dirname, join } from 'node:path';
import { getConfigFile } from '../api/endpoint.ts';
import { TtsError } from '../api/errors.ts';
import { describeUnwritable } from './unwritable.ts';

// See locate.ts.
const { mkdirSync, readFileSync, renameSync, writeFileSync } = process.getBuiltinModule('node:fs');

export interface Context {
  name: string;
  /** As of `--host`. */
  host: string;
  /** Kept in a file that only its owner can read; null where the daemon asks for none. */
  apiKey: string | null;
}

interface ContextFile {
  /** The name of the context in use; null: the daemon of this machine. */
  current: string | null;
  contexts: Context[];
}

const NOBODY: ContextFile = { current: null, contexts: [] };

export function listContexts(): Context[] {
  return readContexts().contexts;
}

/** Undefined while the daemon of this machine is meant. */
export function findCurrent(): Context | undefined {
  const { current, contexts } = readContexts();
  return contexts.find(({ name }) => name === current);
}

/** Throws `config_invalid` when the file is damaged. */
export function readContexts(): ContextFile {
  const file = getFile();
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOBODY;
    throw damaged(file, error);
  }
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(file, cause);
  }
}

/** Throws `output_unwritable`. */
export function writeContexts(contexts: ContextFile): void {
  const file = getFile();
  const part = `${file}.${process.pid}.part`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(part, `${JSON.stringify(contexts, null, 2)}\n`, { mode: 0o600 });
    renameSync(part, file);
  } catch (error) {
    throw describeUnwritable(file, error);
  }
}

function parse(value: unknown): ContextFile {
  const { current, contexts } = value as { current: unknown; contexts: unknown };
  if (!Array.isArray(contexts)) throw new Error('"contexts" is no list');
  const isContext = ({ name, host, apiKey }: Record<string, unknown>) =>
    typeof name === 'string' && typeof host === 'string' && (apiKey === null || typeof apiKey === 'string');
  if (!contexts.every(isContext)) throw new Error('a context has no name or host');
  return { current: typeof current === 'string' ? current : null, contexts };
}

function damaged(file: string, cause: unknown): TtsError {
  return new TtsError(
    'config_invalid',
    `${file} cannot be read: ${(cause as Error).message}. Mend it, or remove it and add your contexts again.`,
    { cause },
  );
}

function getFile(): string {
  return join(dirname(getConfigFile({ ...process.env, TTSD_CONFIG: undefined })), 'contexts.json');
}
