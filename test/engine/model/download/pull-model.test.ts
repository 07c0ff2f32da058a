// Pulling from a server that breaks on purpose.
import { hash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Progress, pullModel } from '../../../../src/engine/model/download/pull-model.ts';
import { readSources } from '../../../../src/engine/model/download/sources.ts';
import { type ModelManifest, parseManifest } from '../../../../src/engine/model/manifest.ts';
import { type FileServer, startFileServer } from '../../../helpers/file-server.ts';
import { describeBird } from './bird.ts';

const GRAPH = randomBytes(300_000);
const TABLE = randomBytes(5_000);
/** Comes in three parts of 16 MiB at most. */
const LARGE = Buffer.alloc(40_000_000, 'weights ');

let server: FileServer;
let other: FileServer;
let modelsDir: string;

beforeAll(async () => {
  [server, other] = await Promise.all([startFileServer(), startFileServer()]);
});
beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'ttsd-pull-'));
  for (const one of [server, other]) {
    Object.assign(one, {
      sentBytes: 0,
      mostAtOnce: 0,
      misbehave: ({ serve }: { serve: () => void }) => serve(),
    });
    one.seen.length = 0;
    one.files.clear();
    one.files.set('/graph.onnx', GRAPH).set('/voices/a.bin', TABLE).set('/large.onnx', LARGE);
  }
  return () => rm(modelsDir, { recursive: true });
});
afterAll(() => Promise.all([server.close(), other.close()]));

interface Wish {
  large?: boolean;
  /** Before the right addresses, for each file. */
  urls?: (path: string) => string[];
  env?: Record<string, string>;
  mirror?: string;
  stallMs?: number;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  sha256?: string | null;
}

function describeModel({ large, urls, sha256 }: Wish): ModelManifest {
  const describe = (path: string, content: Buffer) => ({
    [path]: { content, urls: urls?.(path) ?? [`${server.origin}/${path}`], sha256 },
  });
  return describeBird(
    large
      ? describe('large.onnx', LARGE)
      : { ...describe('graph.onnx', GRAPH), ...describe('voices/a.bin', TABLE) },
  );
}

function pull(wish: Wish = {}): Promise<string> {
  return pullModel(describeModel(wish), {
    modelsDir,
    sources: readSources(wish.env ?? {}, wish.mirror),
    stallMs: wish.stallMs ?? 10_000,
    patience: { tries: 3, pauseMs: 20 },
    signal: wish.signal ?? new AbortController().signal,
    onProgress: wish.onProgress ?? (() => {}),
  });
}

async function expectInstalled(dir: string): Promise<void> {
  expect(dir).toBe(join(modelsDir, 'bird'));
  expect(await readFile(join(dir, 'graph.onnx'))).toEqual(GRAPH);
  expect(await readFile(join(dir, 'voices/a.bin'))).toEqual(TABLE);
  const { files } = parseManifest(JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')));
  expect(files['graph.onnx']!.sha256).toBe(hash('sha256', GRAPH));
  expect((await readdir(dir)).sort()).toEqual(['graph.onnx', 'manifest.json', 'voices']);
  expect(await readdir(join(modelsDir, '.pull'))).toEqual([]);
}

const rangesOf = (path: string) => server.seen.filter((one) => one.path === path).map(({ range }) => range);

test('a model is pulled whole, and says how far it is', async () => {
  const told: Progress[] = [];
  await expectInstalled(await pull({ onProgress: (progress) => told.push(progress) }));
  const total = GRAPH.length + TABLE.length;
  expect(told[0]).toEqual({ phase: 'waiting', bytesDone: 0, bytesTotal: total });
  expect(told.at(-1)).toEqual({ phase: 'installing', bytesDone: total, bytesTotal: total });
  expect(server.sentBytes).toBe(total);
});

test('a connection that drops is taken up again where it broke', async () => {
  server.misbehave = ({ n, serve }) => serve(n < 2 ? { drop: 100_000 } : {});
  await expectInstalled(await pull());
  const [first, ...later] = server.seen.filter(({ path }) => path === '/graph.onnx');
  expect(first!.range).toBeUndefined();
  expect(later.length).toBeGreaterThan(0);
  for (const { range, ifRange } of later)
    expect([range, ifRange]).toEqual([expect.stringMatching(/^bytes=\d+-299999$/), '"one"']);
});

test('a pull that was broken off goes on in the next one', async () => {
  const stop = new AbortController();
  server.misbehave = ({ request, serve }) => serve(request.url === '/graph.onnx' ? { stall: 200_000 } : {});
  const broken = pull({
    signal: stop.signal,
    onProgress: ({ bytesDone }) => bytesDone >= 190_000 && stop.abort(new Error('enough')),
  });
  await expect(broken).rejects.toThrow('enough');
  expect(existsSync(join(modelsDir, 'bird'))).toBe(false);
  server.misbehave = ({ serve }) => serve();
  const sentBefore = server.sentBytes;
  await expectInstalled(await pull());
  expect(server.sentBytes - sentBefore).toBeLessThan(150_000);
});

test('a file that has changed since is fetched anew, not put together of two', async () => {
  const stop = new AbortController();
  server.files.set('/graph.onnx', randomBytes(GRAPH.length));
  server.misbehave = ({ request, serve }) => serve(request.url === '/graph.onnx' ? { stall: 200_000 } : {});
  const broken = pull({
    signal: stop.signal,
    onProgress: ({ bytesDone }) => bytesDone >= 190_000 && stop.abort(new Error('enough')),
  });
  await expect(broken).rejects.toThrow('enough');
  server.files.set('/graph.onnx', GRAPH);
  server.misbehave = ({ serve }) => serve({ etag: '"two"' });
  await expectInstalled(await pull());
});

test('what an earlier pull left of a damaged file is fetched anew also where the server has no validators', async () => {
  const stop = new AbortController();
  server.files.set('/graph.onnx', randomBytes(GRAPH.length));
  server.misbehave = ({ request, serve }) =>
    serve({ etag: null, ...(request.url === '/graph.onnx' ? { stall: 200_000 } : {}) });
  const broken = pull({
    signal: stop.signal,
    onProgress: ({ bytesDone }) => bytesDone >= 190_000 && stop.abort(new Error('enough')),
  });
  await expect(broken).rejects.toThrow('enough');
  server.files.set('/graph.onnx', GRAPH);
  server.misbehave = ({ serve }) => serve({ etag: null });
  await expectInstalled(await pull());
});

test('a server that ignores ranges sends everything again, once', async () => {
  server.misbehave = ({ n, serve }) => serve({ ignoreRange: true, ...(n === 0 ? { drop: 100_000 } : {}) });
  await expectInstalled(await pull());
});

test('a large file comes in parts, four at a time at most', { timeout: 30_000 }, async () => {
  const dir = await pull({ large: true });
  expect(hash('sha256', await readFile(join(dir, 'large.onnx')))).toBe(hash('sha256', LARGE));
  expect(rangesOf('/large.onnx').sort()).toEqual([
    'bytes=0-16777215',
    'bytes=16777216-33554431',
    'bytes=33554432-39999999',
  ]);
  expect(server.mostAtOnce).toBeGreaterThan(1);
  expect(server.sentBytes).toBe(LARGE.length);
});

test('a large file also comes from a server that ignores ranges', { timeout: 30_000 }, async () => {
  server.misbehave = ({ serve }) => serve({ ignoreRange: true });
  const dir = await pull({ large: true });
  expect((await readFile(join(dir, 'large.onnx'))).equals(LARGE)).toBe(true);
  expect(rangesOf('/large.onnx').at(-1)).toBeUndefined();
});

test('a server that sends another part than was asked for is not believed', async () => {
  server.misbehave = ({ request, serve }) => serve(request.headers.range ? { shift: 10 } : { drop: 100_000 });
  await expect(pull()).rejects.toMatchObject({
    code: 'model_damaged',
    message: expect.stringContaining('sends another part of the file than was asked for'),
  });
});

test('a server that stalls is asked again, and slow is no stall', async () => {
  server.misbehave = ({ request, n, serve }) =>
    serve(request.url === '/graph.onnx' && n < 2 ? { stall: 100_000 } : { slowMs: 20 });
  await expectInstalled(await pull({ stallMs: 400 }));
});

test('a server that never answers is given up in words', async () => {
  server.misbehave = () => {};
  await expect(pull({ stallMs: 100 })).rejects.toMatchObject({
    code: 'model_unreachable',
    message: expect.stringMatching(/127\.0\.0\.1:\d+ stopped answering\. What has come is kept/),
  });
});

test('a file with another content is refused, and nothing is installed', async () => {
  server.files.set('/graph.onnx', randomBytes(GRAPH.length));
  await expect(pull()).rejects.toMatchObject({
    code: 'model_damaged',
    message: expect.stringMatching(
      /graph\.onnx from 127.* is not the file of the manifest: its SHA-256 is [0-9a-f]{64}, expected/,
    ),
  });
  expect(existsSync(join(modelsDir, 'bird'))).toBe(false);
});

test('a file of another size is refused before it is fetched', async () => {
  server.files.set('/graph.onnx', Buffer.alloc(GRAPH.length + 1));
  await expect(pull()).rejects.toMatchObject({
    code: 'model_damaged',
    message: expect.stringContaining('has 300001 bytes, expected 300000'),
  });
});

test.each([
  [404, 'model_refused', 'the file is not there'],
  [401, 'model_refused', 'Set HF_TOKEN to a token of yours'],
  [503, 'model_unreachable', 'answered 503'],
])('%i is said in words', async (status, code, message) => {
  server.misbehave = ({ response }) => void response.writeHead(status).end();
  await expect(pull()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('a server that is busy for a moment is asked again', async () => {
  server.misbehave = ({ response, n, serve }) => (n < 2 ? void response.writeHead(503).end() : serve());
  await expectInstalled(await pull());
});

test('where one source has not got it, the next is asked', async () => {
  const urls = (path: string) => [`${other.origin}/gone/${path}`, `${server.origin}/${path}`];
  await expectInstalled(await pull({ urls }));
  expect(other.seen.length).toBe(2);
});

test('a mirror is asked first, and what it has not got comes from where the manifest says', async () => {
  other.files.set('/copies/bird/graph.onnx', GRAPH);
  await expectInstalled(await pull({ mirror: `${other.origin}/copies/` }));
  expect(other.seen.map(({ path }) => path).sort()).toEqual([
    '/copies/bird/graph.onnx',
    '/copies/bird/voices/a.bin',
  ]);
  expect(server.seen.map(({ path }) => path)).toEqual(['/voices/a.bin']);
});

test('the hub is where HF_ENDPOINT says, and it alone is told the token', async () => {
  server.misbehave = ({ request, response }) => {
    response.writeHead(302, { location: `${other.origin}${request.url}` }).end();
  };
  const urls = (path: string) => [`https://huggingface.co/${path}`];
  await expectInstalled(await pull({ urls, env: { HF_ENDPOINT: server.origin, HF_TOKEN: 'hf_secret' } }));
  expect(new Set(server.seen.map(({ authorization }) => authorization))).toEqual(
    new Set(['Bearer hf_secret']),
  );
  expect(new Set(other.seen.map(({ authorization }) => authorization))).toEqual(new Set([undefined]));
});

test('a token is not sent to others than the hub', async () => {
  await expectInstalled(await pull({ env: { HF_TOKEN: 'hf_secret' } }));
  expect(server.seen.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
});

test('a redirect that has no end, and one away from the network, are refused', async () => {
  server.misbehave = ({ request, response }) =>
    void response.writeHead(302, { location: request.url! }).end();
  await expect(pull()).rejects.toThrow('redirects without end');
  server.misbehave = ({ response }) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end();
  await expect(pull()).rejects.toThrow('redirects to "file:///etc/passwd", which is not followed');
});

test('where no checksum is known the one that the hub announces is checked', async () => {
  const announce = (sha256: string) => {
    server.misbehave = ({ request, serve }) =>
      serve({ headers: request.url === '/graph.onnx' ? { 'x-linked-etag': `"${sha256}"` } : {} });
  };
  announce('0'.repeat(64));
  await expect(pull({ sha256: null })).rejects.toMatchObject({ code: 'model_damaged' });
  announce(hash('sha256', GRAPH));
  await expectInstalled(await pull({ sha256: null }));
});

test('a machine that is offline is told so', async () => {
  await expect(pull({ urls: (path) => [`http://nowhere.invalid/${path}`] })).rejects.toMatchObject({
    code: 'model_unreachable',
    message: expect.stringMatching(
      /nowhere\.invalid cannot be found: is this machine offline, or does it need a proxy/,
    ),
  });
});

test('two pulls of one model at once come to the same, and each byte comes once', async () => {
  server.misbehave = ({ serve }) => serve({ slowMs: 5 });
  const [first] = await Promise.all([pull(), pull()]);
  await expectInstalled(first!);
  expect(server.sentBytes).toBe(GRAPH.length + TABLE.length);
});

test('a lock whose owner died is taken over', async () => {
  const { mkdir, writeFile } = await import('node:fs/promises');
  await mkdir(join(modelsDir, '.pull'), { recursive: true });
  await writeFile(join(modelsDir, '.pull', 'bird.lock'), '2147483646');
  await expectInstalled(await pull());
});
