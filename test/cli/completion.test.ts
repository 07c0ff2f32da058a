// TAB in the real shells, and what it is answered.
import { spawnSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { VERBS } from '../../src/cli/command-table.ts';
import { runTts, TTS } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { hasTmux, openTerminal, type Terminal } from '../helpers/terminal.ts';

let daemon: Daemon;
let env: Record<string, string>;
let id: string;
let terminal: Terminal | undefined;
const complete = async (...words: string[]) =>
  (await runTts(['__complete', ...words], { env })).stdout.split('\n').map((line) => line.split('\t')[0]!);

beforeAll(async () => {
  daemon = await startDaemon();
  const programs = join(await makeDataDir(), 'programs');
  await mkdir(programs);
  await symlink(TTS, join(programs, 'tts'));
  env = { ...daemon.env, PATH: `${programs}:${daemon.env.PATH}` };
  id = (await runTts(['enqueue', 'Later.', '--in', '1h', '--label', 'much-later'], { env })).stdout.trim();
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('verbs, flags and values come from the command table and the daemon', async () => {
  const verbs = await complete('');
  for (const { name } of VERBS) expect(verbs).toContain(name.split(' ')[0]);
  expect(await complete('daemon', 'st')).toEqual(['start', 'stop', 'status', '']);
  expect(await complete('daemon', 'key', '')).toEqual(['new', 'list', 'revoke', '']);
  expect(await complete('fetch', '--l')).toEqual(['--label', '']);
  expect(await complete('say', '-v', 'hea')).toEqual(['heart', '']);
  expect(await complete('say', '--model', 'hib')).toEqual(['hibari', '']);
  expect(await complete('list', '--label', '')).toEqual(['much-later', '']);
  expect(await complete('list', '--state', 'can')).toEqual(['cancelled', '']);
  expect(await complete('cancel', '')).toEqual([id, '']);
  expect(await complete('retry', '')).toEqual(['']);
});

test('without a daemon it is silent, and none is started', async () => {
  const dir = await makeDataDir();
  const result = await runTts(['__complete', 'cancel', ''], { env: { ...env, TTSD_DATA_DIR: dir } });
  expect(result).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
});

describe.skipIf(!hasTmux)('tmux: TAB', () => {
  const shells = [
    { shell: 'bash', start: 'bash --norc', load: 'source <(tts completion bash)' },
    {
      shell: 'zsh',
      start: 'zsh -f',
      load: 'autoload -U compinit && compinit -u -D && source <(tts completion zsh)',
    },
    { shell: 'fish', start: 'fish --no-config', load: 'tts completion fish | source' },
  ];
  for (const { shell, start, load } of shells) {
    const has = spawnSync(shell, ['--version']).status === 0;
    test.skipIf(!has)(`${shell} completes verbs, voices, models, ids and files`, async () => {
      terminal = openTerminal(env, { columns: 100, shell: start });
      terminal.run(`${load}; echo loaded''now`);
      await terminal.see('loadednow');
      terminal.press('tts enq', 'Tab');
      await terminal.see(/tts enqueue$/m);
      terminal.press('-v hea', 'Tab');
      await terminal.see(/tts enqueue -v heart/);
      terminal.press('C-u');
      terminal.press('tts say -m hib', 'Tab');
      await terminal.see(/tts say -m hibari/);
      terminal.press('C-u');
      terminal.press(`tts cancel ${id.slice(0, 6)}`, 'Tab');
      await terminal.see(`tts cancel ${id}`);
      terminal.press('C-u');
      terminal.press(`tts say -f ${daemon.dataDir}/endp`, 'Tab');
      await terminal.see(/endpoint\.json/);
    });
  }
});

test('another shell is refused with the ones there are', async () => {
  expect(await runTts(['completion', 'bsh'])).toMatchObject({
    code: 2,
    stderr: 'tts: There is no completion for bsh. Did you mean bash? There is for bash, zsh, fish.\n',
  });
});
