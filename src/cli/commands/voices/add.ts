// tts voices add: a voice of the user's own, from a clip or from another voice.
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormData } from 'undici';
import { TtsError } from '../../../api/errors.ts';
import type { Voice } from '../../../api/voices.ts';
import { describeKind } from '../../describe-voice.ts';
import type { Options } from '../../options.ts';
import { withSession } from '../../session.ts';
import { show } from '../../show.ts';

export async function run([file]: readonly string[], options: Options): Promise<number> {
  const { name, description, basedOn, speed } = options;
  if (file === undefined && name === undefined)
    throw new TtsError(
      'usage',
      'Give a clip, or --name with --based-on or --speed. See: tts voices add --help',
    );
  const fields = {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(basedOn === undefined ? {} : { based_on: basedOn }),
    ...(speed === undefined ? {} : { defaults: { speed } }),
  };
  const form = file === undefined ? undefined : await buildForm(file, fields);
  const voice = await withSession(options, ({ client }) =>
    form === undefined
      ? client.post<Voice>('/v1/voices', fields)
      : client.postForm<Voice>('/v1/voices', form),
  );
  show(options, voice, () => [`${voice.id} added: ${describeKind(voice)}`]);
  return 0;
}

async function buildForm(file: string, fields: Record<string, unknown>): Promise<FormData> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  form.set('file', await openClip(file), basename(file));
  return form;
}

async function openClip(file: string): Promise<Blob> {
  try {
    if (!(await stat(file)).isFile()) throw new Error('it is no file');
    return await openAsBlob(file);
  } catch (cause) {
    throw new TtsError('input_unreadable', `${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
