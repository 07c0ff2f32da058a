import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type ModelInfo, openShelf } from '../../../src/engine/model/shelf.ts';
import { openVoices, type VoiceRegistry } from '../../../src/engine/voice/registry.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

let voices: VoiceRegistry;
beforeAll(async () => {
  const shelf = await openShelf([join(ROOT, 'models')]);
  const hibari = shelf.get('hibari')!;
  const speak = (id: string) => ({ id, name: id, language: 'en-US', gender: 'female' });
  const model: ModelInfo = {
    ...hibari,
    id: 'choir',
    name: 'Choir',
    speakers: [speak('anna'), speak('berta')],
    blends: true,
  };
  voices = await openVoices(join(ROOT, 'voices'), undefined, {
    models: new Map([...shelf, ['choir', model]]),
  });
});

test('speakers of a model are voices without files of their own; those that have a file are not named twice', () => {
  expect(voices.resolve('Anna').voice).toMatchObject({ id: 'anna', model: 'choir', speaker: 'anna' });
  const models = voices.list().map(({ voice }) => voice.model);
  expect(models.filter((model) => model === 'choir').length).toBe(2);
  expect(voices.list().filter(({ voice }) => voice.speaker === 'bruno-1').length).toBe(1);
});

test('a blend is a voice whose name finds it again', () => {
  const { voice } = voices.resolve('anna*3 + berta');
  expect(voice).toMatchObject({
    id: 'anna*0.75+berta*0.25',
    speaker: 'anna*0.75+berta*0.25',
    model: 'choir',
  });
  expect(voices.resolve(voice.id).voice).toEqual(voice);
});

test.each([
  ['anna+carla', 'There is no voice "carla" to blend'],
  ['anna*0+berta', 'is no part of a blend'],
  ['heart+martin', 'model hibari of heart cannot mix its voices'],
  ['anna+heart', 'model hibari of heart cannot mix its voices'],
])('%s is refused with the reason', (name, message) => {
  expect(() => voices.resolve(name)).toThrow(message);
});

test('names of other servers get speakers of their kind', () => {
  const speakers = ['Emily.wav', 'Michael.wav', 'onyx', 'shimmer'].map((name) => voices.resolve(name).voice);
  expect(speakers.map(({ gender }) => gender)).toEqual(['female', 'male', 'male', 'female']);
  expect(new Set(speakers.map(({ id }) => id)).size).toBe(4);
});
