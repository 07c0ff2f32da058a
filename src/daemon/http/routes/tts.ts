// POST /tts and GET /tts-stream, the synchronous forms of Chatterbox-TTS-Server.
import { TtsBody, TtsStreamQuery } from '../../../api/chatterbox.ts';
import { toJobRequest } from '../chatterbox-request.ts';
import type { App, Context } from '../context.ts';
import { speak } from '../speak.ts';

export function addTtsRoutes(app: App, context: Context): void {
  app.post('/tts', { schema: { body: TtsBody } }, async (request, reply) =>
    speak(
      await toJobRequest(request.body, context),
      { stream: request.body.stream ?? false },
      request,
      reply,
      context,
    ),
  );

  // For <audio src="…">, which can only GET.
  app.get(
    '/tts-stream',
    { exposeHeadRoute: false, config: { startsWork: true }, schema: { querystring: TtsStreamQuery } },
    async (request, reply) =>
      speak(await toJobRequest(request.query, context), { stream: true }, request, reply, context),
  );
}
