// Voices of the same name: one that ships, and those of models that were pulled.
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type ModelInfo, openShelf } from '../../../src/engine/model/shelf.ts';
import { preferFaster } from '../../../src/engine/voice/prefer-faster.ts';
import { openVoices, type VoiceRegistry } from '../../../src/engine/voice/registry.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
let voices: VoiceRegistry;
let pulled: Map<string, ModelInfo>;
const namesOf = (model: string) =>
  voices
    .list()
    .filter(({ voice }) => voice.model === model)
    .map(({ voice }) => [voice.id, voice.name]);

beforeAll(async () => {
  const shelf = await openShelf([join(ROOT, 'models')]);
  const hibari = shelf.get('hibari')!;
  const speak = (id: string) => ({ id, name: id, language: 'en-US', gender: 'male' });
  const make = (id: string, engine: string, languages = ['en-US']): ModelInfo => ({
    ...hibari,
    id,
    name: `The ${id}`,
    languages,
    speakers: [speak('Bruno'), speak('Leo')],
    manifest: { ...hibari.manifest, engine },
  });
  const models = [
    make('cats', 'cat'),
    make('cats-fp32', 'cat'),
    make('gatos', 'cat', ['es']),
    make('lions', 'lion'),
  ];
  pulled = new Map(models.map((model) => [model.id, model]));
  voices = await openVoices(join(ROOT, 'voices'), undefined, { models: new Map([...shelf, ...pulled]) });
});

test('a voice whose id another has is listed with its model, and found by that', () => {
  expect(namesOf('cats')).toEqual([
    ['Bruno-cats', 'Bruno (The cats)'],
    ['Leo', 'Leo'],
  ]);
  expect(namesOf('lions').map(([id]) => id)).toEqual(['Bruno-lions', 'Leo-lions']);
  expect(namesOf('gatos').map(([id]) => id)).toEqual(['Bruno-gatos', 'Leo-gatos']);
  expect(voices.resolve('Bruno').voice).toMatchObject({ model: 'hibari', speaker: 'bruno-1' });
  expect(voices.resolve('bruno-cats').voice).toMatchObject({ model: 'cats', speaker: 'Bruno' });
});

test('every voice that is listed is the one that its id finds', () => {
  for (const { voice } of voices.list()) expect(voices.resolve(voice.id).voice).toEqual(voice);
});

test('the same voices in other numbers are listed once, unless another voice has their name', () => {
  expect(namesOf('cats-fp32')).toEqual([['Bruno-cats-fp32', 'Bruno (The cats-fp32)']]);
});

test('a faster model does not speak the voices of one in another language or of another engine', () => {
  const fast = (id: string) => ({ ...pulled.get(id)!, timesRealTimeHere: 100 });
  const slow = { ...pulled.get('cats')!, timesRealTimeHere: 1 };
  const idsOf = (models: ModelInfo[]) => preferFaster(models).map(({ id }) => id);
  expect(idsOf([slow, fast('gatos'), fast('lions')])).toEqual(['cats', 'gatos', 'lions']);
  expect(idsOf([slow, fast('cats-fp32')])).toEqual(['cats-fp32', 'cats']);
});
