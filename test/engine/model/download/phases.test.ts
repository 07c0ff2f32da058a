// What is told of a pull whose files come side by side.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Progress, pullModel } from '../../../../src/engine/model/download/pull-model.ts';
import { readSources } from '../../../../src/engine/model/download/sources.ts';
import { startFileServer } from '../../../helpers/file-server.ts';
import { waitFor } from '../../../helpers/wait-for.ts';
import { describeBird } from './bird.ts';

test('as long as one file still comes, a pull is not said to be checked', async () => {
  const server = await startFileServer();
  const modelsDir = await mkdtemp(join(tmpdir(), 'ttsd-phases-'));
  const first = Buffer.alloc(40_000, 'first');
  const second = Buffer.alloc(40_000, 'second');
  server.files.set('/first', first).set('/second', second);
  const told: Progress[] = [];
  server.misbehave = async ({ request, serve }) => {
    // It comes when all of the other has come and was checked.
    if (request.url === '/second')
      await waitFor('the first', () => existsSync(join(modelsDir, '.pull', 'bird', 'model', 'first')));
    serve();
  };
  try {
    await pullModel(
      describeBird({
        first: { content: first, urls: [`${server.origin}/first`] },
        second: { content: second, urls: [`${server.origin}/second`] },
      }),
      {
        modelsDir,
        sources: readSources({}, undefined),
        stallMs: 60_000,
        patience: { tries: 3, pauseMs: 20 },
        signal: new AbortController().signal,
        onProgress: (progress) => told.push(progress),
      },
    );
  } finally {
    await server.close();
    await rm(modelsDir, { recursive: true });
  }
  const unfinished = told.filter(({ bytesDone, bytesTotal }) => bytesDone < bytesTotal);
  expect(unfinished.map(({ phase }) => phase)).not.toContain('verifying');
  expect(told.map(({ phase }) => phase)).toContain('verifying');
});
