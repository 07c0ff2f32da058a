// Our own routes below /v1/models: pull, add, remove. Looking at them is among OpenAI's.

import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { TtsError } from '../../../api/errors.ts';
import { PULL_DONE_EVENT, PULL_ERROR_EVENT, PULL_PROGRESS_EVENT } from '../../../api/events.ts';
import { AddModelQuery, Model, type PullFailure } from '../../../api/models.ts';
import { IN_PREFIX } from '../../../engine/model/install.ts';
import type { Pull } from '../../models/pull.ts';
import { toStorageError } from '../../voices/storage-error.ts';
import { onClientLeft } from '../client-left.ts';
import type { App, Context } from '../context.ts';
import { Bell, getGatherMs, KEEP_ALIVE_MS, sendEvents, toEvent } from '../events.ts';

const Params = Type.Object({ id: Type.String() });
const ARCHIVE_TYPES = [
  'application/zip',
  'application/x-tar',
  'application/gzip',
  'application/octet-stream',
];

export function addModelRoutes(app: App, context: Context): void {
  const { modelShelf, config, streams, draining } = context;
  const modelsDir = join(config.dataDir, 'models');

  app.post('/v1/models/:id/pull', { schema: { params: Params } }, async ({ params: { id } }, reply) => {
    const pull = await modelShelf.pull(id);
    streams.enter('events', reply);
    return sendEvents(reply, followPull(id, pull, AbortSignal.any([onClientLeft(reply), draining])));
  });

  app.delete('/v1/models/:id', { schema: { params: Params } }, async ({ params }, reply) => {
    await modelShelf.remove(params.id);
    return reply.status(204).send();
  });

  app.register(async (scope) => {
    acceptArchives(scope as never);
    scope.post(
      '/v1/models',
      { schema: { querystring: AddModelQuery, response: { 201: Model } } },
      async ({ body, query }, reply) => {
        const archive = join(modelsDir, `${IN_PREFIX}${randomUUID()}.archive`);
        try {
          await receive(body, archive);
          const model = await modelShelf.add(archive, (query as AddModelQuery).id);
          return reply.status(201).header('location', `/v1/models/${model.id}`).send(model);
        } finally {
          await rm(archive, { force: true });
        }
      },
    );
  });

  async function* followPull(id: string, pull: Pull | null, ended: AbortSignal): AsyncGenerator<string> {
    const bell = new Bell();
    const off = pull?.watch(bell.ring);
    let isOver = pull === null;
    const over = () => {
      isOver = true;
      bell.ring();
    };
    pull?.outcome.then(over, over);
    ended.addEventListener('abort', bell.ring, { once: true });
    try {
      while (!isOver && !ended.aborted) {
        yield toEvent(PULL_PROGRESS_EVENT, pull!.progress);
        await bell.wait(KEEP_ALIVE_MS);
        await delay(getGatherMs(streams.count('events')));
      }
      if (!isOver) return;
      await pull?.outcome;
      yield toEvent(PULL_DONE_EVENT, await modelShelf.find(id));
    } catch (error) {
      yield toEvent(PULL_ERROR_EVENT, describeFailure(error));
    } finally {
      off?.();
      ended.removeEventListener('abort', bell.ring);
    }
  }
}

/** In a scope of its own: no other route takes them. The body comes as it is. */
function acceptArchives(scope: FastifyInstance): void {
  scope.addContentTypeParser(ARCHIVE_TYPES, async (_request: unknown, body: Readable) => body);
}

async function receive(body: unknown, path: string): Promise<void> {
  if (body === undefined || body === null || typeof (body as Readable).pipe !== 'function')
    throw new TtsError(
      'unsupported_media_type',
      `Send a zip or tar file, as one of ${ARCHIVE_TYPES.join(', ')}, for example: curl --data-binary @model.zip -H "Content-Type: application/zip"`,
    );
  try {
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    await pipeline(body as Readable, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw toStorageError(error, 'The model');
    throw new TtsError('invalid_request', 'The file broke off before its end; send it again.', {
      cause: error,
    });
  }
}

function describeFailure(error: unknown): PullFailure {
  const known =
    error instanceof TtsError
      ? error
      : new TtsError('internal', 'Something went wrong inside ttsd; its log has the details.');
  return { code: known.code, message: known.message, retryable: known.retryable };
}
