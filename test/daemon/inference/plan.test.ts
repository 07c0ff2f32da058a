// What the chunks of a job are keyed by.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobSpec } from '../../../src/api/job.ts';
import { JobPlanner } from '../../../src/daemon/inference/plan.ts';
import type { Job } from '../../../src/daemon/jobs/job.ts';
import { openShelf } from '../../../src/engine/model/shelf.ts';
import { openVoices } from '../../../src/engine/voice/registry.ts';
import { makeJob } from '../jobs/samples.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

let dir: string;
let plan: (text: string, given?: Partial<JobSpec>) => ReturnType<JobPlanner['plan']>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ttsd-voices-'));
  const heart = JSON.parse(await readFile(join(ROOT, 'voices', 'heart.json'), 'utf8'));
  await writeFile(join(dir, 'heart.json'), JSON.stringify(heart));
  await writeFile(join(dir, 'stone.json'), JSON.stringify({ ...heart, id: 'stone', speaker: 'stone' }));
  await writeFile(
    join(dir, 'aliases.json'),
    JSON.stringify({ default: 'heart', aliases: { Rock: 'stone' } }),
  );
  const shelf = await openShelf([join(ROOT, 'models')]);
  const voices = await openVoices(dir);
  const models = new Map([...shelf].map(([id, info]) => [id, { info }]));
  plan = (text, given = {}) => {
    const job = {
      id: 'job',
      spec: { ...makeJob().spec, voice: 'heart', model: 'hibari', params: {}, ...given },
    };
    const store = { getText: () => Promise.resolve(text) };
    return new JobPlanner({ store: store as never, voices, models }).plan(job as Job);
  };
});

afterAll(() => rm(dir, { recursive: true }));

test('the voice of a span is in the keys of its chunks, and in no others', async () => {
  const plain = await plan('One. [pause:1s] Two. [pause:1s] Three.');
  const tagged = await plan('One. [voice:ROCK] Two. [/voice] Three.');
  expect(tagged.map(({ speaker }) => speaker)).toEqual(['heart', 'stone', 'heart']);
  expect(tagged.map(({ key }, index) => key === plain[index]!.key)).toEqual([true, false, true]);
  expect((await plan('Two.', { voice: 'stone' }))[0]!.key).toBe(tagged[1]!.key);
});

test('how long a pause is changes no key', async () => {
  const keys = async (text: string) => (await plan(text)).map(({ key }) => key);
  expect(await keys('[pause:5s]One. [pause:2s] Two.')).toEqual(await keys('One. [pause:1s] Two.'));
});

test('an entry of the lexicon changes the keys of the chunks that hold its word, and no others', async () => {
  const text = 'One kettle. [pause:1s] Two pots. [pause:1s] Three Kettles, a KETTLE.';
  const before = await plan(text);
  const entry = { word: 'kettle', say: 'cattle' };
  const unused = { word: 'Pots', say: 'pats' };
  const after = await plan(text, { pronunciations: [entry, unused] });
  expect(after.map(({ spoken }) => spoken.text)).toEqual([
    'One cattle.',
    'Two pots.',
    'Three Kettles, a cattle.',
  ]);
  expect(after.map(({ key }, index) => key === before[index]!.key)).toEqual([false, true, false]);
  expect(after.map(({ start, end }) => text.slice(start, end))).toEqual(
    before.map(({ start, end }) => text.slice(start, end)),
  );
  const other = await plan(text, { pronunciations: [{ ...entry, language: 'de' }] });
  expect(other.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
});

test('the clip and the language that it is read in are in the keys', async () => {
  const speak = async (sha: string, language: string) => {
    const speakers = { heart: { speaker: `clip:${sha.repeat(64)}`, language } };
    return (await plan('One.', { speakers }))[0]!;
  };
  const keys = await Promise.all([
    speak('a', 'en'),
    speak('b', 'en'),
    speak('a', 'fr'),
    plan('One.').then(([one]) => one!),
  ]);
  expect(new Set(keys.map(({ key }) => key)).size).toBe(4);
  expect((await speak('a', 'en-GB')).key).toBe(keys[0]!.key);
  expect(keys[2]).toMatchObject({ speaker: `clip:${'a'.repeat(64)}`, language: 'fr' });
});
