// The Python of the test extras, in which scripts/install-test-extras puts what some tests need; undefined where there is none.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const BIN = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ttsd-test', 'python', 'bin');

/** A program of that environment. */
export function findPythonProgram(name: 'python' | 'schemathesis'): string | undefined {
  const path = join(BIN, name);
  return existsSync(path) ? path : undefined;
}
