// The voices that can be named.
import { VoicesReply } from '../../../api/v1.ts';
import type { App, Context } from '../context.ts';

export function addVoiceRoutes(app: App, { voices }: Context): void {
  app.get('/v1/voices', { schema: { response: { 200: VoicesReply } } }, async () => ({
    default: voices.defaultVoice.id,
    voices: voices.list().map(({ voice: { id, name, model, language, gender, description }, aliases }) => ({
      id,
      name,
      model,
      language,
      gender,
      description,
      aliases,
    })),
  }));
}
