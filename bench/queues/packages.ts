// The client libraries of the other queues, installed beside the Python package of `engine` and never into the product.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CACHE_DIR } from '../cache-dir.ts';

const PACKAGES = ['bullmq@6.7.0', 'ioredis@6.0.0', 'pg-boss@10.4.2', 'pg@8.23.1'];
const DIR = join(CACHE_DIR, 'queues-1');
const IS_WHOLE = join(DIR, 'whole');

/** Throws when npm cannot install them. */
export function loadPackages(): (name: 'bullmq' | 'pg-boss' | 'pg') => unknown {
  if (!existsSync(IS_WHOLE)) {
    mkdirSync(DIR, { recursive: true });
    writeFileSync(join(DIR, 'package.json'), '{"private": true}');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', ['install', ...options, ...PACKAGES], {
      cwd: DIR,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(IS_WHOLE, '');
  }
  return createRequire(join(DIR, 'package.json'));
}
