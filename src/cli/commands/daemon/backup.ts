// tts daemon backup: all jobs and texts of the running daemon in one file, whole or not at all.
import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { TtsError } from '../../../api/errors.ts';
import { Client } from '../../client.ts';
import type { Options } from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { findRunning } from '../../running-daemon.ts';
import { describeUnwritable } from '../../unwritable.ts';

export async function run([name]: readonly string[], options: Options): Promise<number> {
  const path = resolve(name!);
  if (!options.force && (await stat(path).catch(() => undefined))) {
    throw new TtsError(
      'output_unwritable',
      `${path} is there already. Choose another name, or overwrite it with --force.`,
    );
  }
  const running = await findRunning(options);
  if (!running)
    throw new TtsError('daemon_unreachable', 'The daemon is not running. Start it with: tts daemon start');
  const client = new Client(running.address);
  try {
    const bytes = await save(client, path);
    if (options.json) printJson({ file: path, bytes });
    else print(options.quiet ? path : `${path}: ${bytes} bytes`);
    return 0;
  } finally {
    await client.close();
  }
}

async function save(client: Client, path: string): Promise<number> {
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    const bytes = await fill(client, part);
    await rename(part, path);
    const folder = await open(dirname(path), 'r');
    await folder.sync().finally(() => folder.close());
    return bytes;
  } catch (error) {
    await rm(part, { force: true });
    throw error instanceof Error && 'syscall' in error ? describeUnwritable(path, error) : error;
  }
}

async function fill(client: Client, part: string): Promise<number> {
  const { length, bytes } = await client.backup();
  await using file = await open(part, 'wx', 0o600);
  for await (const piece of bytes) await file.appendFile(piece);
  const { size } = await file.stat();
  if (size !== length)
    throw new TtsError(
      'daemon_unreachable',
      `The backup broke off after ${size} of ${length} bytes. Try again.`,
    );
  await file.sync();
  return size;
}
