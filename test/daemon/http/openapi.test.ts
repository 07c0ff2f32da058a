// /openapi.json and /docs: complete, valid, and whole without a network.
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';

interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  responses: Record<string, { description: string; content?: Record<string, unknown> }>;
  parameters?: { in: string; name: string }[];
}

interface Document {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
}

let daemon: Daemon;
let document: Document;

beforeAll(async () => {
  daemon = await startDaemon();
  document = (await daemon.call('GET', '/openapi.json')).json<never>();
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

function listOperations(): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
}

test('is valid OpenAPI 3.1, and every reference in it leads somewhere', async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(document) as never)).toMatchObject({ valid: true });
  expect(validator.version).toBe('3.1');
  const references = JSON.stringify(document).match(/"\$ref":"#[^"]*"/g) ?? [];
  for (const reference of new Set(references)) {
    const steps = reference.slice('"$ref":"#/'.length, -1).split('/');
    expect(
      steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], document),
    ).toBeDefined();
  }
});

test('says of every route what it does, what it takes and what it answers', () => {
  const operations = listOperations();
  expect(operations.length).toBeGreaterThan(25);
  const tags = document.tags.map(({ name }) => name);
  for (const [name, { summary, tags: own = [], responses, parameters = [] }] of operations) {
    expect([name, summary]).toEqual([name, expect.stringMatching(/^[A-Z].{5,}/)]);
    expect([name, own.length > 0 && own.every((tag) => tags.includes(tag))]).toEqual([name, true]);
    const success = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    expect([name, success.length > 0]).toEqual([name, true]);
    for (const [status, { content, description }] of success) {
      expect([name, description]).not.toEqual([name, 'Default Response']);
      expect([name, status, status === '204' || content !== undefined]).toEqual([name, status, true]);
    }
    expect([name, responses.default?.content]).not.toEqual([name, undefined]);
    for (const [, parameter] of name.matchAll(/\{(\w+)\}/g))
      expect(parameters).toContainEqual(expect.objectContaining({ in: 'path', name: parameter }));
  }
  const ids = operations.map(([, { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('what is no JSON is said by its type', () => {
  const types = (name: string) =>
    Object.keys(new Map(listOperations()).get(name)!.responses['200']!.content!);
  expect(types('GET /tts/{id}/result')).toContain('audio/wav');
  expect(types('POST /v1/audio/speech')).toContain('audio/mpeg');
  expect(types('GET /v1/events')).toEqual(['text/event-stream']);
  expect(types('GET /metrics')).toEqual(['text/plain']);
});

test('answers are as it says', async () => {
  const operations = new Map(listOperations());
  for (const [name, path] of [
    ['GET /v1/jobs/{id}', '/v1/jobs/00000000-0000-0000-0000-000000000000'],
    ['GET /v1/jobs', '/v1/jobs?limit=x'],
    ['GET /v1/models/{id}', '/v1/models/none'],
    ['GET /v1/events', '/v1/events?after=x'],
    ['GET /livez', '/livez'],
  ] as const) {
    const { status } = await daemon.call('GET', path);
    expect(Object.keys(operations.get(name)!.responses)).toContain(String(status));
  }
});

test('/docs is a page that loads nothing from elsewhere, and may not', async () => {
  const origin = daemon.endpoint.http;
  const page = await fetch(`${origin}/docs/`);
  expect(page.status).toBe(200);
  const policy = page.headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/https?:/);
  const html = await page.text();
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(html).not.toMatch(/<script(?![^>]* src=)/);
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    const reply = await fetch(new URL(file, `${origin}/docs/`));
    expect([file, reply.status]).toEqual([file, 200]);
    await reply.body?.cancel();
  }
  expect(await (await fetch(`${origin}/docs/json`)).json()).toEqual(document);
  // Other answers are no pages.
  expect((await fetch(`${origin}/livez`)).headers.get('content-security-policy')).toBeNull();
});
