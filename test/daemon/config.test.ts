import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TtsError } from '../../src/api/errors.ts';
import { type Flags, readConfig } from '../../src/daemon/config.ts';

function read(yaml: string, { env = {}, flags = {} }: { env?: NodeJS.ProcessEnv; flags?: Flags } = {}) {
  const path = join(mkdtempSync(join(tmpdir(), 'ttsd-config-')), 'config.yaml');
  writeFileSync(path, yaml);
  return readConfig({ HOME: '/home/somebody', TTSD_CONFIG: path, ...env }, flags);
}

function getProblem(yaml: string, over?: Parameters<typeof read>[1]): string {
  try {
    read(yaml, over);
  } catch (error) {
    expect(error).toBeInstanceOf(TtsError);
    expect((error as TtsError).exitCode).toBe(78);
    return (error as TtsError).message;
  }
  throw new Error('it was taken');
}

test('without a file everything has its default', () => {
  const config = readConfig({ HOME: '/home/somebody' }, {});
  expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8004 });
  expect(config.job_queue).toMatchObject({ job_ttl_hours: 24, max_retries: 0 });
  expect(config.dataDir).toBe('/home/somebody/.local/share/ttsd');
});

test('the file, the environment and the flags override in this order', () => {
  const yaml =
    'server:\n  port: 1000\n  host: 127.0.0.2\njob_queue:\n  job_ttl_hours: 0.5\n  cleanup_interval_sec: 60\n';
  expect(read(yaml).server).toMatchObject({ port: 1000, host: '127.0.0.2' });
  expect(read(yaml).job_queue).toMatchObject({ job_ttl_hours: 0.5, cleanup_interval_sec: 60 });
  expect(read(yaml, { env: { TTSD_PORT: '2000' } }).server.port).toBe(2000);
  expect(read(yaml, { env: { TTSD_PORT: '2000' }, flags: { port: '0' } }).server.port).toBe(0);
});

test('an empty file and an empty section are the defaults', () => {
  expect(read('').server.port).toBe(8004);
  expect(read('# only a comment\nserver:\n').server.port).toBe(8004);
});

describe('what is wrong is named', () => {
  test.each([
    ['job_queue:\n  job_ttl_hour: 3\n', /job_queue\.job_ttl_hour\b.*Did you mean job_ttl_hours/],
    ['job_queu:\n  job_ttl_hours: 3\n', /unknown key job_queu\b.*Did you mean job_queue/],
    ['job_queue:\n  job_ttl_hours: soon\n', /job_queue\.job_ttl_hours must be number, got "soon"/],
    ['job_queue:\n  job_ttl_hours: 0\n', /job_queue\.job_ttl_hours .*0/],
    ['job_queue:\n  cleanup_interval_sec: -1\n', /cleanup_interval_sec/],
    ['server:\n  port: 70000\n', /server\.port .*65535, got 70000/],
    ['server: 5\n', /server must be a section/],
    ['- a\n', /must hold sections/],
    ['server: {port: 1\n', /config\.yaml: /],
    ['generation_defaults:\n  temperature: .nan\n', /generation_defaults\.temperature/],
  ])('%j', (yaml, message) => {
    expect(getProblem(yaml)).toMatch(message);
  });

  test('every unknown key at once', () => {
    const problem = getProblem('a:\n  b: 1\nserver:\n  prt: 1\n');
    expect(problem).toMatch(/unknown key a\b/);
    expect(problem).toMatch(/server\.prt/);
  });

  test('a flag that is not a port', () => {
    expect(getProblem('', { flags: { port: 'http' } })).toMatch(/server\.port .*"http"/);
  });

  test('a file that was asked for and is not there', () => {
    expect(() => readConfig({ HOME: '/home/somebody', TTSD_CONFIG: '/no/such/file.yaml' }, {})).toThrow(
      /\/no\/such\/file\.yaml does not exist/,
    );
  });
});
