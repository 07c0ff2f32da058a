// What a verb loads: heavy libraries only where they are needed. A command line that is slow to start is not used in loops.
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TTS } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';

/** By package, words that stand in its code and not in ours: dist/ holds both in the same files. */
const HEAVY = {
  undici: 'UND_ERR_SOCKET',
  commander: 'commander.unknownOption',
  'cli-progress': 'noTTYOutput',
  ink: 'INK_SCREEN_READER',
  react: 'react.transitional.element',
  chokidar: 'FSWatcher',
  htmlparser2: 'onclosetag',
  fflate: 'invalid zip data',
  typebox: '~kind',
};
const DIST = join(import.meta.dirname, '..', '..', 'dist');
let daemon: Daemon;
let dir: string;

/** Packages whose code was loaded, as the loader's own hook sees it. */
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
  return findPackages(codes);
}

function findPackages(codes: readonly string[]): string[] {
  return Object.entries(HEAVY)
    .filter(([, words]) => codes.some((code) => code.includes(words)))
    .map(([name]) => name);
}

beforeAll(async () => {
  daemon = await startDaemon();
  dir = await makeDataDir();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('the words that tell the packages apart are in what is built', async () => {
  const files = (await readdir(DIST, { recursive: true })).filter((name) =>
    /^(cli|parts)\/.*\.js$/.test(name),
  );
  const codes = await Promise.all(files.map((name) => readFile(join(DIST, name), 'utf8')));
  expect(findPackages(codes)).toEqual(Object.keys(HEAVY));
});

test.each([
  [['status'], []],
  [['__complete', 'daemon', ''], []],
  [['--version'], ['commander']],
  [['daemon', 'status'], ['commander']],
  [['list'], ['undici', 'commander']],
  [
    ['enqueue', 'Hello.'],
    ['undici', 'commander'],
  ],
  [['top'], ['commander']],
] as const)('tts %j loads, of what is heavy, only %j', async (args, expected) => {
  expect(await listLoaded(args)).toEqual(expected);
});
