import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/daemon/jobs/database.ts';
import { MIGRATIONS } from '../../../src/daemon/jobs/migrations.ts';
import { openSqliteStore } from '../../../src/daemon/jobs/sqlite-store.ts';
import { makeJob, NOON } from './samples.ts';
import { makeTempDir, openTempStore } from './temp-store.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/db');

function open(file: string, migrations = MIGRATIONS): Database.Database {
  const db = openDatabase(file, migrations);
  onTestFinished(() => {
    db.close();
  });
  return db;
}

function refuseToOpen(dataDir: string) {
  return expect(openSqliteStore({ dataDir, onFailure: () => {} })).rejects;
}

test('a commit is on disk when it returns', () => {
  const db = open(join(makeTempDir(), 'ttsd.db'));
  const settings = [
    'journal_mode',
    'synchronous',
    'foreign_keys',
    'busy_timeout',
    'journal_size_limit',
    'trusted_schema',
  ];
  expect(settings.map((name) => db.pragma(name, { simple: true }))).toEqual([
    'wal',
    2,
    1,
    5000,
    67_108_864,
    0,
  ]);
});

test('nobody else can read the database', async () => {
  const dataDir = makeTempDir();
  const store = await openTempStore(dataDir);
  await store.submit([makeJob()], NOON);
  const modes = ['ttsd.db', 'ttsd.db-wal', 'ttsd.db-shm'].map(
    (name) => statSync(join(dataDir, name)).mode & 0o777,
  );
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});

describe('a file that is not understood is left as it is', () => {
  test.each([
    ['not a database', (file: string) => writeFileSync(file, 'Dear diary, '.repeat(1000))],
    [
      'a damaged header',
      (file: string) => {
        open(file).close();
        writeFileSync(file, Buffer.concat([Buffer.alloc(16), readFileSync(file).subarray(16)]));
      },
    ],
    [
      'a database of another program',
      (file: string) => {
        const db = new Database(file);
        db.exec('CREATE TABLE jobs (id INTEGER PRIMARY KEY)');
        db.close();
      },
    ],
    [
      'an empty file beside a log with jobs in it',
      (file: string) => {
        writeFileSync(file, '');
        writeFileSync(`${file}-wal`, Buffer.alloc(4096, 7));
      },
    ],
  ])('%s', async (_, spoil) => {
    const dataDir = makeTempDir();
    const file = join(dataDir, 'ttsd.db');
    spoil(file);
    const readAll = () =>
      readdirSync(dataDir)
        .filter((name) => name.startsWith('ttsd.db'))
        .map((name) => readFileSync(join(dataDir, name)));
    const before = readAll();
    await refuseToOpen(dataDir).toMatchObject({
      code: 'database_corrupt',
      message: expect.stringMatching(new RegExp(`${file}.*move it`)),
    });
    expect(readAll()).toEqual(before);
  });

  test('a database of a newer ttsd', async () => {
    const dataDir = makeTempDir();
    const file = join(dataDir, 'ttsd.db');
    const db = open(file);
    db.pragma('user_version = 99');
    db.close();
    const before = readFileSync(file);
    await refuseToOpen(dataDir).toMatchObject({
      code: 'database_newer',
      message: expect.stringMatching(`version 99, this ttsd knows up to ${MIGRATIONS.length}`),
    });
    expect(readFileSync(file)).toEqual(before);
  });
});

test('a database that was cut short is refused', async () => {
  const dataDir = makeTempDir();
  const store = await openTempStore(dataDir);
  await store.submit([makeJob({ text: 'x'.repeat(100_000) })], NOON);
  await store.close();
  truncateSync(join(dataDir, 'ttsd.db'), 8 * 4096);
  await refuseToOpen(dataDir).toMatchObject({ code: 'database_corrupt' });
});

test('damage in the texts is said when they are read, and the rest goes on', async () => {
  const dataDir = makeTempDir();
  const file = join(dataDir, 'ttsd.db');
  copyFileSync(join(FIXTURES, 'v1.db'), file);
  const db = open(file);
  const page = db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'texts'`).pluck().get() as number;
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0xee, (page - 1) * 4096, page * 4096);
  writeFileSync(file, bytes);

  const store = await openTempStore(dataDir);
  const [job] = await store.list({ limit: 1 });
  await expect(store.getText(job!.id)).rejects.toMatchObject({ code: 'database_corrupt' });
  await expect(store.submit([makeJob()], NOON)).rejects.toMatchObject({ code: 'database_corrupt' });
  expect(await store.cancel(job!.id, NOON)).toMatchObject({ outcome: 'cancelled' });
});

describe('migration', () => {
  const NEXT = { name: 'a note', sql: 'ALTER TABLE jobs ADD COLUMN note TEXT' };
  const BROKEN = { name: 'broken', sql: 'CREATE TABLE half (n INTEGER); CREATE TABLE jobs (n INTEGER)' };

  test('keeps a whole copy of the older database first', () => {
    const dir = makeTempDir();
    const file = join(dir, 'ttsd.db');
    copyFileSync(join(FIXTURES, 'v1.db'), file);
    const jobs = open(file, MIGRATIONS.slice(0, 1)).prepare('SELECT * FROM jobs').all();
    open(file, [...MIGRATIONS.slice(0, 1), NEXT]);
    expect(statSync(join(dir, 'ttsd.v1.db')).mode & 0o777).toBe(0o600);
    const copy = open(join(dir, 'ttsd.v1.db'), MIGRATIONS.slice(0, 1));
    expect(copy.pragma('user_version', { simple: true })).toBe(1);
    expect(copy.prepare('SELECT * FROM jobs').all()).toEqual(jobs);
  });

  test('a table can be built anew without losing the texts', () => {
    const file = join(makeTempDir(), 'ttsd.db');
    copyFileSync(join(FIXTURES, 'v1.db'), file);
    const sql = 'CREATE TABLE copy AS SELECT * FROM jobs; DROP TABLE jobs; ALTER TABLE copy RENAME TO jobs';
    const unique = 'CREATE UNIQUE INDEX jobs_seq ON jobs (seq)';
    const db = open(file, [...MIGRATIONS.slice(0, 1), { name: 'anew', sql: `${sql}; ${unique}` }]);
    expect(db.prepare('SELECT COUNT(*) FROM texts').pluck().get()).toBe(5);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  test('a step that would orphan a text is refused as a whole', () => {
    const file = join(makeTempDir(), 'ttsd.db');
    copyFileSync(join(FIXTURES, 'v1.db'), file);
    const orphan = { name: 'orphan', sql: 'DELETE FROM jobs' };
    expect(() => open(file, [...MIGRATIONS.slice(0, 1), orphan])).toThrow(/orphan.*without their parent/);
    expect(open(file).prepare('SELECT COUNT(*) FROM jobs').pluck().get()).toBe(5);
  });

  test('a step that fails leaves nothing of it behind', () => {
    const file = join(makeTempDir(), 'ttsd.db');
    expect(() => open(file, [...MIGRATIONS, NEXT, BROKEN])).toThrow(/already exists/);
    const db = open(file, [...MIGRATIONS, NEXT]);
    expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 1);
    expect(db.prepare(`SELECT name FROM sqlite_schema WHERE name = 'half'`).all()).toEqual([]);
  });

  test('a new database needs no copy', () => {
    const dir = makeTempDir();
    open(join(dir, 'ttsd.db'));
    expect(readdirSync(dir).filter((name) => name.includes('.v'))).toEqual([]);
  });
});

test.each(readdirSync(FIXTURES).filter((name) => name.endsWith('.db')))(
  'the saved database %s opens for ever',
  async (name) => {
    const dataDir = join(makeTempDir(), 'data');
    mkdirSync(dataDir);
    copyFileSync(join(FIXTURES, name), join(dataDir, 'ttsd.db'));
    const store = await openTempStore(dataDir);
    const jobs = await store.list({ limit: 100 });
    const expected = JSON.parse(readFileSync(join(FIXTURES, name.replace('.db', '.json')), 'utf8'));
    expect(jobs).toMatchObject(expected);
    const queued = jobs.find(({ state }) => state === 'queued')!;
    expect(await store.getText(queued.id)).toBe('The meeting on March 3rd costs $45.50. 🙂');
    expect(existsSync(join(FIXTURES, `${name}-wal`))).toBe(false);
  },
);
