// tts voices, tts voices list: who can speak.
import type { Voice, VoicesReply } from '../../../api/voices.ts';
import { describeKind } from '../../describe-voice.ts';
import type { Options } from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { alignColumns, cutLine, getWidth } from '../../render.ts';
import { withSession } from '../../session.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const reply = await withSession(options, ({ client }) => client.get<VoicesReply>('/v1/voices'));
  if (options.json)
    for (const voice of reply.voices) printJson({ ...voice, default: voice.id === reply.default });
  else if (options.quiet) for (const voice of reply.voices) print(voice.id);
  else for (const line of renderVoices(reply)) print(cutLine(line, getWidth()));
  return 0;
}

function renderVoices({ default: standard, voices }: VoicesReply): string[] {
  const describe = (voice: Voice) =>
    [voice.description || describeKind(voice), ...(voice.id === standard ? ['(default)'] : [])].join(' ');
  return alignColumns(
    voices.map((voice) => [voice.id, voice.language, voice.gender, voice.model, describe(voice)]),
  );
}
