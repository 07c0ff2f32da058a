// The voices as clients of Chatterbox-TTS-Server list and ask for them: by file name.
import { Type } from 'typebox';
import type { VoiceRegistry } from '../../engine/voice/registry.ts';

export const PredefinedVoice = Type.Object({
  display_name: Type.String(),
  filename: Type.String(),
  voice_id: Type.String(),
  language: Type.String(),
});

/** The user's own and ours, then the file names that clients of that server know, each told whose voice it is. */
export function listPredefined(voices: VoiceRegistry) {
  return voices
    .list()
    .filter(({ own }) => own?.kind !== 'reference')
    .flatMap(({ voice: { id, name, language }, aliases, own }) => [
      { display_name: name, filename: own?.file_name ?? id, voice_id: id, language },
      ...aliases
        .filter((alias) => alias.endsWith('.wav'))
        .map((alias) => ({
          display_name: alias.replace(/\.wav$/, ''),
          filename: alias,
          voice_id: id,
          language,
        })),
    ]);
}
