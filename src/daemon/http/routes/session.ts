// Signing a browser in and out, where an API key is asked for.
import { TtsError } from '../../../api/errors.ts';
import { SessionBody, SessionQuery, SessionReply } from '../../../api/v1.ts';
import type { App, Context } from '../context.ts';
import { nameCookie, SESSION_SEC } from '../sessions.ts';

export function addSessionRoutes(app: App, { keys }: Context): void {
  app.post(
    '/v1/session',
    { config: { public: true }, schema: { body: SessionBody, response: { 200: SessionReply } } },
    async (request, reply) => {
      const { key, path = '/' } = request.body;
      const opened = keys.openSession(key.trim());
      if (opened === null)
        throw new TtsError(
          'invalid_api_key',
          'That is no API key of this ttsd. Make one with: tts daemon key new NAME',
        );
      // Behind a proxy with TLS the browser says so in Origin; the cookie is then never sent without TLS.
      const secure = request.headers.origin?.startsWith('https:') ? '; Secure' : '';
      reply.header(
        'set-cookie',
        `${nameCookie(request)}=${opened.cookie}; HttpOnly; SameSite=Strict; Path=${path}; Max-Age=${SESSION_SEC}${secure}`,
      );
      return { key_id: opened.keyId };
    },
  );

  app.delete(
    '/v1/session',
    { config: { public: true }, schema: { querystring: SessionQuery } },
    async (request, reply) =>
      reply
        .status(204)
        .header(
          'set-cookie',
          `${nameCookie(request)}=; HttpOnly; SameSite=Strict; Path=${request.query.path ?? '/'}; Max-Age=0`,
        )
        .send(),
  );
}
