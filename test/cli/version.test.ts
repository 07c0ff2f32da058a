// A tts and a ttsd of different ages: which of them to upgrade is said, whatever it was that was not understood.
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { runTts } from '../helpers/cli.ts';
import { getBareEnv, makeDataDir, removeDataDirs } from '../helpers/daemon.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});
afterAll(removeDataDirs);

const refusals = {
  'a route that is not there': [404, 'route_not_found', 'There is no GET here.'],
  'a field that is not known': [422, 'invalid_request', 'submitter: is not a known field'],
} as const;

/** Listens like a ttsd that speaks `api`, and understands nothing but the question for its version. */
async function pretend(api: unknown, why: keyof typeof refusals): Promise<Record<string, string>> {
  const socket = join(await makeDataDir(), 's');
  const [status, code, message] = refusals[why];
  server = createServer((request, reply) => {
    const isVersion = request.url === '/v1/version';
    reply.writeHead(isVersion ? 200 : status, { 'content-type': 'application/json' });
    reply.end(
      JSON.stringify(
        isVersion
          ? { version: '9.8.7', api, boot_id: 'b', pid: 1 }
          : { detail: message, error: { code, message, retryable: false } },
      ),
    );
  });
  await new Promise<void>((resolve) => server!.listen(socket, resolve));
  return { ...getBareEnv(), TTS_HOST: `unix://${socket}` };
}

const COMMANDS = [['status'], ['list'], ['enqueue', 'Hello.'], ['cancel', '12345678']];

test.each(COMMANDS)('tts %s: a newer daemon asks for a newer tts', async (...args) => {
  const env = await pretend({ min: 2, max: 3 }, 'a route that is not there');
  const { code, stderr } = await runTts(args, { env });
  expect(stderr).toMatch(/speaks version 1 .* \(ttsd 9\.8\.7\) 2 to 3\. Upgrade tts\./);
  expect(code).toBe(69);
});

test('a daemon that was not restarted since an upgrade lacks what is new: it is to be restarted', async () => {
  const env = await pretend({ min: 1, max: 1 }, 'a route that is not there');
  const { code, stderr } = await runTts(['status'], { env });
  expect(stderr).toMatch(/ttsd 9\.8\.7\) is older than this tts\. .*: tts daemon restart/);
  expect(code).toBe(69);
});

test('an older daemon is to be upgraded, and restarted', async () => {
  const env = await pretend({ min: 0, max: 0 }, 'a field that is not known');
  const { code, stderr } = await runTts(['enqueue', 'Hello.'], { env });
  expect(stderr).toMatch(/speaks version 1 .* \(ttsd 9\.8\.7\) 0\. Upgrade ttsd, then: tts daemon restart/);
  expect(code).toBe(69);
});

test.each([
  ['of our own age', { min: 0, max: 2 }],
  ['that says nothing of its age', undefined],
])('a daemon %s is taken at its word', async (_what, api) => {
  const env = await pretend(api, 'a field that is not known');
  const { code, stderr } = await runTts(['enqueue', 'Hello.'], { env });
  expect(stderr).toContain('submitter: is not a known field');
  expect(code).toBe(2);
});
