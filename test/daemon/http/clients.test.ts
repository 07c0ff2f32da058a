// What real programs send, from their sources (test/fixtures/clients names each), against the real daemon over TCP.
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/clients');
/** Where SillyTavern's page comes from. */
const CONFIG = 'server:\n  allowed_origins: [http://localhost:8000]\n';

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

interface Step {
  name: string;
  method: 'GET' | 'POST' | 'DELETE' | 'OPTIONS';
  path: string;
  headers?: Record<string, string>;
  body?: object;
  /** Names under which fields of the answer are put into later paths. */
  save?: Record<string, string>;
  /** Asked again until the answer has this. */
  until?: Record<string, string>;
  expect: {
    status: number;
    contentType?: string;
    /** Parts of headers. */
    headers?: Record<string, string>;
    /** Types of fields, by their path. */
    json?: Record<string, string>;
    audio?: keyof typeof BEGINNINGS;
    /** Parts of the job's warnings. */
    warnings?: string[];
  };
}

interface Client {
  client: string;
  flow: Step[];
}

/** What each format begins with. */
const BEGINNINGS = {
  wav: (bytes: Buffer) =>
    bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 36, 40) === 'data',
  mp3: (bytes: Buffer) => (bytes.readUInt16BE(0) & 0xffe0) === 0xffe0,
  opus: (bytes: Buffer) =>
    bytes.toString('latin1', 0, 4) === 'OggS' && bytes.toString('latin1', 28, 36) === 'OpusHead',
};

let daemon: Daemon;

beforeAll(async () => {
  const config = join(await makeDataDir(), 'config.yaml');
  await writeFile(config, CONFIG);
  daemon = await startDaemon({ config });
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

const clients = readdirSync(FIXTURES).map(
  (file) => JSON.parse(readFileSync(join(FIXTURES, file), 'utf8')) as Client,
);

describe.each(clients)('$client', ({ flow }) => {
  test('gets what it needs', async () => {
    const saved = new Map<string, string>();
    for (const step of flow) await run(step, saved);
  });
});

async function run(step: Step, saved: Map<string, string>): Promise<void> {
  const reply = await waitFor(step.name, async () => {
    const answer = await send(step, saved);
    const isThere = Object.entries(step.until ?? {}).every(
      ([path, value]) => pick(answer.json(), path) === value,
    );
    return isThere && answer;
  });
  const { status, contentType, headers = {}, json = {}, audio, warnings = [] } = step.expect;
  expect(reply.status, `${step.name}: ${reply.body.toString().slice(0, 500)}`).toBe(status);
  if (contentType !== undefined) expect(reply.headers['content-type'], step.name).toBe(contentType);
  for (const [name, part] of Object.entries(headers)) expect(reply.headers[name], step.name).toContain(part);
  for (const [path, type] of Object.entries(json)) {
    expect(typeof pick(reply.json(), path), `${step.name}: ${path}`).toBe(type);
  }
  for (const [name, path] of Object.entries(step.save ?? {}))
    saved.set(name, String(pick(reply.json(), path)));
  if (audio !== undefined) {
    expect(reply.body.length, step.name).toBeGreaterThan(3000);
    expect(BEGINNINGS[audio](reply.body), `${step.name}: ${audio}`).toBe(true);
  }
  if (warnings.length > 0) {
    const job = (await daemon.call('GET', `/v1/jobs/${reply.headers['x-job-id']}`)).json<{
      warnings: string[];
    }>();
    for (const warning of warnings) expect(job.warnings.join('\n'), step.name).toContain(warning);
  }
}

async function send({ method, path, headers = {}, body }: Step, saved: Map<string, string>) {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => saved.get(name)!);
  const reply = await request(`${daemon.endpoint.http}${address}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await reply.body.arrayBuffer());
  return {
    status: reply.statusCode,
    headers: reply.headers as Record<string, string>,
    body: bytes,
    json: () => JSON.parse(bytes.toString()) as Json,
  };
}

function pick(value: Json, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>((inside, key) => (inside as Record<string, Json> | null)?.[key], value);
}
