// What is shipped: the npm package, and the container files as far as they can be tried without a container.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { getBareEnv, makeDataDir, removeDataDirs } from '../helpers/daemon.ts';

interface Service {
  volumes: string[];
  ports: string[];
  build: { args?: object };
}

const ROOT = join(import.meta.dirname, '..', '..');
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');
const ignored = read('.dockerignore').trim().split('\n');

afterAll(removeDataDirs);

test('the npm package holds what runs and what is read, and nothing else', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 10_000_000,
  });
  const [{ files }] = Object.values(JSON.parse(packed)) as [{ files: { path: string; mode: number }[] }];
  const paths = files.map(({ path }) => path);
  const manifest = JSON.parse(read('models/hibari/manifest.json')) as { files: Record<string, unknown> };
  expect(paths).toEqual(
    expect.arrayContaining([
      'package.json',
      'README.md',
      'LICENSE',
      'man/tts.1',
      'bin/tts.js',
      'bin/ttsd.js',
      'bin/launch.js',
      'bin/start-again.js',
      'dist/cli/main.js',
      'dist/daemon/main.js',
      'dist/web/index.html',
      'dist/commit',
      'models/hibari/manifest.json',
      ...Object.keys(manifest.files).map((name) => `models/hibari/${name}`),
    ]),
  );
  const tops = new Set(paths.map((path) => path.split('/')[0]));
  expect([...tops].sort()).toEqual(
    ['LICENSE', 'README.md', 'bin', 'dist', 'man', 'models', 'package.json', 'voices'].sort(),
  );
  expect(paths.filter((path) => /\.(tsx?|map|tgz|log)$|(^|\/)\.|\.test\./.test(path))).toEqual([]);
});

test('what is built has no resource declarations, which Node 22 does not understand', () => {
  const built = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !name.startsWith('web/'))
    .map((name) => ({ name, code: read(join('dist', name)) }));
  expect(built.length).toBeGreaterThan(50);
  expect(built.filter(({ code }) => /^\s*(await )?using \w+ =/m.test(code)).map(({ name }) => name)).toEqual(
    [],
  );
});

test('Dockerfile: what it copies and links is there, and is not kept from it', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?:--from=\S+ )?(.+) (\S+)$/gm)]
    .flatMap(([, sources]) => sources!.trim().split(/\s+/))
    .filter((source) => source !== '.' && !source.startsWith('/usr/'));
  const fromContext = copied.filter((source) => !source.startsWith('/src/'));
  expect(fromContext).toEqual(['package.json', 'package-lock.json', '.npmrc']);
  for (const source of fromContext) expect(ignored).not.toContain(source);
  for (const source of copied) expect(existsSync(join(ROOT, source.replace('/src/', '')))).toBe(true);
  for (const [, target] of dockerfile.matchAll(/ln -s \/opt\/ttsd\/(\S+)/g))
    expect(existsSync(join(ROOT, target!))).toBe(true);
  for (const [, script] of dockerfile.matchAll(/npm run (\S+)/g))
    expect(Object.keys(JSON.parse(read('package.json')).scripts)).toContain(script);
});

test('Dockerfile: its entry point and its health check are understood, in its environment', async () => {
  const set = Object.fromEntries(
    [.../^ENV (.+)$/m.exec(dockerfile)![1]!.matchAll(/(\S+?)=(\S+)/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
  const env = { ...getBareEnv(), ...set, TTSD_DATA_DIR: await makeDataDir(), NODE_COMPILE_CACHE: '' };
  const run = (words: string[]) =>
    spawnSync(process.execPath, [join(ROOT, 'bin', `${words[0]}.js`), ...words.slice(1)], {
      env,
      encoding: 'utf8',
    });
  const [entry] = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(dockerfile)![1]!) as string[];
  // Open to other machines, it wants a key; the line at the top of compose.yaml makes one before the first start.
  expect(run([entry!, '--check'])).toMatchObject({ status: 78, stderr: expect.stringContaining('API key') });
  const [, words] = /--entrypoint tts ttsd (.+)$/m.exec(read('compose.yaml'))!;
  expect(run(['tts', ...words!.split(' ')])).toMatchObject({ status: 0, stdout: expect.stringMatching(/./) });
  expect(run([entry!, '--check'])).toMatchObject({ status: 0, stderr: '' });
  const check = JSON.parse(/^HEALTHCHECK .*CMD (\[.+\])$/m.exec(dockerfile)![1]!) as string[];
  // It is down here: that is what the check has to say, and not that it was called wrongly.
  expect(run(check)).toMatchObject({ status: 69, stdout: '' });
});

test('compose.yaml: its services share what is hardened, and what they name is there', () => {
  const { services, volumes } = parse(read('compose.yaml'), { merge: true }) as {
    services: Record<string, Service>;
    volumes: object;
  };
  expect(Object.keys(services)).toEqual(['ttsd', 'ttsd-cuda']);
  for (const service of Object.values(services)) {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'] });
    const [volume, place] = service.volumes[0]!.split(':');
    expect(Object.keys(volumes)).toContain(volume);
    expect(dockerfile).toContain(`VOLUME ["${place}"]`);
    expect(dockerfile).toContain(`EXPOSE ${service.ports[0]!.split(':').at(-1)}`);
    for (const arg of Object.keys(service.build.args ?? {})) expect(dockerfile).toContain(`ARG ${arg}=`);
  }
});
