// tts voices show: all that is known of voices.
import type { Voice } from '../../../api/voices.ts';
import { describeKind } from '../../describe-voice.ts';
import { forEachId } from '../../each-job.ts';
import type { Options } from '../../options.ts';
import { wrapValues } from '../../render.ts';
import { withSession } from '../../session.ts';
import { show } from '../../show.ts';
import { pathOfVoice } from '../../voice-path.ts';

export async function run(names: readonly string[], options: Options): Promise<number> {
  return withSession(options, ({ client }) =>
    forEachId(names, options.json, async (name) => {
      const voice = await client.get<Voice>(pathOfVoice(name));
      show(options, voice, () => wrapValues(render(voice)));
      return 0;
    }),
  );
}

function render(voice: Voice): string[] {
  const { clip, defaults, aliases } = voice;
  const settings = Object.entries(defaults).map(([name, value]) => `${name} ${value}`);
  return [
    `voice       ${voice.id}`,
    `name        ${voice.name}`,
    ...(voice.description ? [`about       ${voice.description}`] : []),
    `kind        ${describeKind(voice)}`,
    `language    ${voice.language}, ${voice.gender}`,
    `model       ${voice.model}`,
    ...(settings.length > 0 ? [`defaults    ${settings.join(', ')}`] : []),
    ...(clip === null
      ? []
      : [
          `clip        ${clip.original_name}, ${clip.duration_sec} s, ${clip.sample_rate} Hz`,
          ...(voice.clip_note === null ? [] : [`note        ${voice.clip_note}`]),
          `licence     ${voice.licence ?? 'not stated'}`,
          `consent     ${voice.consent_at === null ? 'of the speaker not recorded' : `of the speaker, recorded ${voice.consent_at.slice(0, 10)}`}`,
        ]),
    ...(aliases.length > 0 ? [`also called ${aliases.join(', ')}`] : []),
  ];
}
