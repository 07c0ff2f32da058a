// Where benchmarks keep what takes long to make or to install: never in the product, nor in its data directory.
import { homedir } from 'node:os';
import { join } from 'node:path';

export const CACHE_DIR = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ttsd-bench');
