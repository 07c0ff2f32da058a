// tts voices add: a voice of the user's own, from a clip or from another voice.
import { TtsError } from '../../../api/errors.ts';
import type { Voice } from '../../../api/voices.ts';
import { buildClipForm, openClip } from '../../clip-form.ts';
import { askConsent } from '../../consent.ts';
import { describeKind } from '../../describe-voice.ts';
import type { Options } from '../../options.ts';
import { note } from '../../output.ts';
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
  const clip = file === undefined ? undefined : await openClip(file);
  const form = clip && buildClipForm(clip, { ...fields, ...(await askConsent(clip.name, options)) });
  const voice = await withSession(options, ({ client }) =>
    form === undefined
      ? client.post<Voice>('/v1/voices', fields)
      : client.postForm<Voice>('/v1/voices', form),
  );
  if (voice.clip_note !== null) note(voice.clip_note);
  show(options, voice, () => [`${voice.id} added: ${describeKind(voice)}`]);
  return 0;
}
