// What `-o` means: stdout, a file, or a template; and whether it can be written at all.
import { constants } from 'node:fs';
import { access, lstat, mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TtsError } from '../api/errors.ts';
import { checkFields, fillFields, isTemplate, JOB_FIELDS, type Place } from './template.ts';
import { describeUnwritable } from './unwritable.ts';

/**
 * `stdout` and `device` (a pipe, /dev/null) take the bytes as they come; a file appears whole or not at all.
 * `name` is the place as the user gave it, `path` where links lead to.
 */
export type Destination =
  | { kind: 'stdout' }
  | { kind: 'device'; name: string; path: string }
  | { kind: 'file'; name: string; path: string };

const STDOUT = '-';

/** Checks that the output can be written, by trying in the same folder. Throws `output_unwritable`. */
export async function openDestination(output: string): Promise<Destination> {
  if (output === STDOUT) {
    if (!process.stdout.isTTY) return { kind: 'stdout' };
    throw new TtsError(
      'usage',
      '-o -: audio is not written to a terminal. Name a file, or pipe it into a player.',
    );
  }
  try {
    return await openFile(output);
  } catch (cause) {
    throw describeUnwritable(output, cause);
  }
}

/** The file of one job. A folder gets `{id}.{ext}` inside; folders that a field of the template names are made. */
export async function placeJob(
  output: string,
  job: Parameters<typeof fillFields>[1],
  place: Place,
): Promise<string> {
  const path = fillFields(output, job, place);
  if (await isFolder(path)) return join(path, fillFields('{id}.{ext}', job, place));
  const folder = dirname(path);
  if (isTemplate(dirname(output))) {
    await mkdir(folder, { recursive: true }).catch((cause) => {
      throw describeUnwritable(folder, cause);
    });
  }
  return path;
}

/** Before any job is made: that the place can be written, and what of it is known already. Undefined where each job has its own. */
export async function openEarly(
  output: string,
  fields: readonly string[] = JOB_FIELDS,
): Promise<Destination | undefined> {
  await checkFields(output, fields);
  if (output !== '-' && (await isFolder(output))) {
    await openDestination(join(output, 'probe'));
    return undefined;
  }
  if (!isTemplate(output)) return openDestination(output);
  const folder = dirname(output);
  const fixed = isTemplate(folder) ? folder.slice(0, folder.indexOf('{')).replace(/[^/]*$/, '') : folder;
  await openDestination(join(fixed || '.', 'probe'));
  return undefined;
}

/** A folder that is there, or a name that can only be meant as one. */
export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => path.endsWith('/'),
  );
}

async function openFile(output: string): Promise<Destination> {
  const found = await stat(output).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return undefined;
  });
  if (found && !found.isFile()) {
    if (found.isDirectory())
      throw new TtsError('output_unwritable', `${output} is a folder. Name a file in it.`);
    await access(output, constants.W_OK);
    return { kind: 'device', name: output, path: output };
  }
  if (found) await access(output, constants.W_OK);
  // Behind a link the file itself is replaced, not the link.
  const path = found ? await realpath(output) : output;
  await checkFolder(dirname(path));
  if (!found) await lstat(path).catch((error: NodeJS.ErrnoException) => ignoreAbsent(error));
  return { kind: 'file', name: output, path };
}

async function checkFolder(folder: string): Promise<void> {
  const probe = join(folder, `.tts-${process.pid}.probe`);
  await (await open(probe, 'wx')).close();
  await rm(probe, { force: true });
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
