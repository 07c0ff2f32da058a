// tts models add: a model from this machine. The daemon gets it as one file, so that it may be on another.
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { packTar, type TarSource } from 'modern-tar/fs';
import { TtsError } from '../../../api/errors.ts';
import type { Model } from '../../../api/models.ts';
import { describeVoices } from '../../describe-model.ts';
import type { Options } from '../../options.ts';
import { withSession } from '../../session.ts';
import { show } from '../../show.ts';

/** Models often lie in a cache under other names. */
const FOLLOW_LINKS = { dereference: true };
const ARCHIVES = /\.(zip|tar|tgz|gz)$/i;

export async function run([path]: readonly string[], options: Options): Promise<number> {
  const file = await open(resolve(path!));
  const query = options.id === undefined ? '' : `?id=${encodeURIComponent(options.id)}`;
  const model = await withSession(options, ({ client }) =>
    client.postFile<Model>(`/v1/models${query}`, file, 'application/octet-stream'),
  );
  show(options, model, () => [`${model.id} added: ${model.name}, ${describeVoices(model)}`]);
  return 0;
}

async function open(path: string): Promise<Readable> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === 'ENOENT'
        ? `There is no file or folder ${path}. To download a model: tts models pull ${basename(path)}`
        : `${path} cannot be read: ${cause.message}.`;
    throw new TtsError('input_unreadable', why, { cause });
  });
  if (found.isDirectory()) return packTar(await listFolder(path), FOLLOW_LINKS);
  if (ARCHIVES.test(path)) return createReadStream(path);
  if (extname(path) === '.onnx') return packTar(await listVoice(path), FOLLOW_LINKS);
  throw new TtsError(
    'input_unreadable',
    `${path} is no model: expected a folder, a .zip, .tar or .tar.gz file, or an .onnx file.`,
  );
}

async function listFolder(dir: string): Promise<TarSource[]> {
  const files = await listFiles(dir);
  if (files.length === 0) throw new TtsError('input_unreadable', `There are no files in ${dir}.`);
  return files;
}

async function listFiles(dir: string, below = ''): Promise<TarSource[]> {
  const entries = await readdir(join(dir, below));
  const found = await Promise.all(
    entries
      .filter((name) => !name.startsWith('.'))
      .map(async (name) => {
        const target = below === '' ? name : `${below}/${name}`;
        const source = join(dir, below, name);
        return (await stat(source)).isDirectory()
          ? listFiles(dir, target)
          : [{ type: 'file' as const, source: source, target }];
      }),
  );
  return found.flat();
}

/** A Piper voice: the graph and its settings, which have its name with `.json` behind it. */
async function listVoice(path: string): Promise<TarSource[]> {
  const settings = `${path}.json`;
  if (!(await stat(settings).catch(() => undefined)))
    throw new TtsError(
      'input_unreadable',
      `${settings} is missing: a Piper voice is the two files. For another model give the folder: tts models add ${dirname(path)}`,
    );
  return [path, settings].map((source) => ({ type: 'file', source, target: basename(source) }));
}
