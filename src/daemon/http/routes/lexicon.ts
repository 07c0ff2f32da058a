// The user's pronunciation lexicon: list, put, delete.
import { Type } from 'typebox';
import { LexiconBody, LexiconReply, LexiconWord } from '../../../api/lexicon.ts';
import type { LexiconEntry } from '../../../engine/text/markup/respell.ts';
import type { App, Context } from '../context.ts';

const Params = Type.Object({ word: Type.String() });

export function addLexiconRoutes(app: App, { lexicon }: Context): void {
  app.get('/v1/lexicon', { schema: { response: { 200: LexiconReply } } }, async () => {
    const { entries, problems } = await lexicon.read();
    return { file: lexicon.path, entries: entries.map(view), problems };
  });

  app.put(
    '/v1/lexicon/:word',
    { schema: { params: Params, body: LexiconBody, response: { 200: LexiconWord, 201: LexiconWord } } },
    async (request, reply) => {
      const { entry, isNew } = await lexicon.put({ word: request.params.word, ...request.body });
      return reply.status(isNew ? 201 : 200).send(view(entry));
    },
  );

  app.delete('/v1/lexicon/:word', { schema: { params: Params } }, async (request, reply) => {
    await lexicon.remove(request.params.word);
    return reply.status(204).send();
  });
}

function view({ word, say, language }: LexiconEntry): LexiconWord {
  return { word, say, language: language ?? null };
}
