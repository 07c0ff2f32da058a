import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeUnwritable } from '../../src/cli/unwritable.ts';
import { runTts, TTS } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';

let daemon: Daemon;
let folder: string;

beforeAll(async () => {
  daemon = await startDaemon();
  folder = await makeDataDir();
  await runTts(['enqueue', 'Something to list.'], { env: daemon.env });
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

/** `tts` in a shell; `line` holds its arguments and where its output goes. */
async function runShell(line: string): Promise<{ code: number; stderr: string }> {
  const env = { ...daemon.env, NODE: process.execPath, TTS };
  return promisify(execFile)('/bin/sh', ['-c', `"$NODE" "$TTS" ${line}`], { env, cwd: folder }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }) => ({ code, stderr }),
  );
}

describe.skipIf(!existsSync('/dev/full'))('a device that takes nothing', () => {
  const FULL = 'cannot be written. The disk is full. Free some space or choose another place.\n';

  test('as a target is exit code 73 in one line, and the sound is still to be had', async () => {
    const { code, stderr } = await runTts(['say', 'Hello.', '-o', '/dev/full'], { env: daemon.env });
    expect(code).toBe(73);
    expect(stderr).toMatch(/tts fetch [0-9a-f-]{36}/);
    expect(stderr.endsWith(`tts: /dev/full ${FULL}`)).toBe(true);
    expect(stderr).not.toContain('    at ');
  });

  test.each(['say Hello. -o -', 'say Hello. -o copy.wav', 'status', 'list', '--help', 'voices'])(
    'as stdout of `tts %s` is exit code 73 in one line',
    async (line) => {
      expect(await runShell(`${line} > /dev/full`)).toEqual({ code: 73, stderr: `tts: stdout ${FULL}` });
    },
  );

  test('as stdout with --json is one line of JSON on stderr', async () => {
    const { code, stderr } = await runShell('list --json > /dev/full');
    expect(code).toBe(73);
    expect(JSON.parse(stderr).error.code).toBe('output_unwritable');
  });

  test('as stderr does not stop the work', async () => {
    expect(await runShell('say Hello. -o noext 2> /dev/full')).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'noext'))).toBe(true);
  });
});

describe('the remedy for a file that cannot be made', () => {
  const missing = Object.assign(new Error('no such file'), { code: 'ENOENT' });

  test('an absent folder is to be made, with a command that a shell takes as it is', async () => {
    const { message } = describeUnwritable(join(folder, "it's new", 'x.wav'), missing);
    const command = message.split('Make it: ')[1]!;
    await promisify(execFile)('/bin/sh', ['-c', command]);
    expect(existsSync(join(folder, "it's new"))).toBe(true);
  });

  test('a folder that is there and takes no files is not to be made', async () => {
    await mkdir(join(folder, 'there'));
    const { message } = describeUnwritable(join(folder, 'there', 'x.wav'), missing);
    expect(message).toContain('takes no new files');
    expect(message).not.toContain('mkdir');
  });
});
