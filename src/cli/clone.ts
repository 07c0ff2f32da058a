// `--clone FILE`: the recording is brought to the daemon once, known there by its content from then on.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { TtsError } from '../api/errors.ts';
import type { OpenAiModels } from '../api/openai.ts';
import type { Voice, VoicesReply } from '../api/voices.ts';
import type { Client } from './client.ts';
import { buildClipForm, openClip } from './clip-form.ts';
import { askConsent } from './consent.ts';
import { describeUnreadable } from './input.ts';
import type { Options } from './options.ts';
import { note } from './output.ts';
import { pathOfVoice } from './voice-path.ts';

/** What a request says to be spoken with the voice of the clip. */
export async function bringClip(
  client: Client,
  options: Options & { clone: string },
): Promise<{ clone: string }> {
  const { clone: file, voice: other } = options;
  if (other !== undefined)
    throw new TtsError('usage', '--clone and --voice exclude each other: give one of them.');
  const source = await hashFile(file);
  await checkCloner(client);
  const { voices } = await client.get<VoicesReply>('/v1/voices');
  const known = voices.find(({ clip }) => clip?.source_sha256 === source);
  const voice = known === undefined ? await upload(client, file, options) : known;
  if (voice.consent_at === null)
    await client.patch<Voice>(pathOfVoice(voice.id), await askConsent(basename(file), options));
  if (voice.clip_note !== null) note(voice.clip_note);
  return { clone: voice.id };
}

async function upload(client: Client, file: string, options: Options): Promise<Voice> {
  const clip = await openClip(file);
  const said = await askConsent(clip.name, options);
  return client.postForm<Voice>('/v1/voices', buildClipForm(clip, { kind: 'reference', ...said }));
}

/** Before anybody is asked anything. */
async function checkCloner(client: Client): Promise<void> {
  const { data } = await client.get<OpenAiModels>('/v1/models');
  if (data.some(({ clones }) => clones)) return;
  throw new TtsError(
    'cloning_unavailable',
    'No installed model can clone a voice. Get one that can: tts models pull chatterbox-turbo',
  );
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const part of createReadStream(file)) hash.update(part as Buffer);
  } catch (cause) {
    throw describeUnreadable(file, cause);
  }
  return hash.digest('hex');
}
