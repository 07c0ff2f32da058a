// The official SDK for Python, pointed at the daemon by its base URL and nothing else.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { findPythonProgram } from '../../helpers/python.ts';

const SCRIPT = join(import.meta.dirname, '../../helpers/openai-sdk.py');
const python = findPythonProgram('python');

let daemon: Daemon;

beforeAll(async () => {
  if (python !== undefined) daemon = await startDaemon();
});

afterAll(async () => {
  await daemon?.stop();
  await removeDataDirs();
});

test.skipIf(python === undefined)(
  'speaks, streams, lists models and understands errors (needs the Python of the test extras)',
  async () => {
    const { stdout } = await promisify(execFile)(python!, [SCRIPT, `${daemon.endpoint.http}/v1`]);
    expect(JSON.parse(stdout)).toEqual({
      whole: expect.stringMatching(/^ff[ef]/),
      content_type: 'audio/pcm',
      pcm_bytes: expect.any(Number),
      bad: ['BadRequestError', 400, 'invalid_request', 'input'],
      missing: ['NotFoundError', 404, 'voice_not_found', null],
      models: expect.arrayContaining(['hibari', 'tts-1']),
      model: 'tts-1',
      async_is_same: true,
    });
    expect(JSON.parse(stdout).pcm_bytes).toBeGreaterThan(20_000);
  },
);
