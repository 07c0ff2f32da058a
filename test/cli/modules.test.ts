// What a verb loads: heavy libraries only where they are needed. A command line that is slow to start is not used in loops.
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TTS } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';

const HEAVY = [
  'undici',
  'commander',
  'cli-progress',
  'ink',
  'react',
  'yoga-layout',
  'chokidar',
  'htmlparser2',
  'fflate',
  'typebox',
];
let daemon: Daemon;
let dir: string;

/** Packages of which code was loaded: a file of dist/ says which it holds parts of. */
async function listLoaded(args: readonly string[]): Promise<string[]> {
  const file = join(dir, `loaded-${args.join('-')}`);
  const hook = `import{registerHooks}from'node:module';import{appendFileSync}from'node:fs';registerHooks({load(u,c,n){appendFileSync(${JSON.stringify(file)},u+'\\n');return n(u,c)}})`;
  spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, TTS, ...args],
    {
      env: daemon.env,
    },
  );
  const urls = (await readFile(file, 'utf8')).split('\n').filter((url) => url.startsWith('file:'));
  expect(urls.some((url) => url.endsWith('/dist/cli/main.js'))).toBe(true);
  const codes = await Promise.all(urls.map((url) => readFile(fileURLToPath(url), 'utf8')));
  const parts = urls.concat(codes.flatMap((code) => code.match(/^\/\/#region .+$/gm) ?? []));
  return HEAVY.filter((name) => parts.some((part) => part.includes(`node_modules/${name}/`)));
}

beforeAll(async () => {
  daemon = await startDaemon();
  dir = await makeDataDir();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test.each([
  [['status'], []],
  [['status', '--json'], []],
  [['__complete', 'daemon', ''], []],
  [['--version'], ['commander']],
  [['daemon', 'status'], ['commander']],
  [['completion', 'bash'], ['commander']],
  [['list'], ['undici', 'commander']],
  [
    ['enqueue', 'Hello.'],
    ['undici', 'commander'],
  ],
  [['top'], ['commander']],
] as const)('tts %j loads, of what is heavy, only %j', async (args, expected) => {
  expect(await listLoaded(args)).toEqual(expected);
});
