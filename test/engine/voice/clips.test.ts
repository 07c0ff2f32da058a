// Which model speaks with the voice of a clip.
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type ModelInfo, openShelf } from '../../../src/engine/model/shelf.ts';
import { findClipHash } from '../../../src/engine/voice/clip-speaker.ts';
import type { OwnVoice } from '../../../src/engine/voice/own-voice.ts';
import { openVoices, type VoiceRegistry } from '../../../src/engine/voice/registry.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SHA256 = 'c'.repeat(64);

let hibari: ModelInfo;
beforeAll(async () => {
  hibari = (await openShelf([join(ROOT, 'models')])).get('hibari')!;
});

function makeCloner(
  id: string,
  {
    languages = ['en'],
    bytes = 100,
    leastSec,
  }: { languages?: string[]; bytes?: number; leastSec?: number } = {},
): ModelInfo {
  const clipSec = leastSec === undefined ? null : { min: leastSec, max: 15 };
  const files = { 'model.onnx': { bytes, sha256: null, md5: null, urls: [] } };
  const speaker = { id: `${id}-own`, name: id, language: 'en', gender: 'neutral' };
  const manifest = { ...hibari.manifest, id, languages, clones: true, clipSec, files };
  return { ...hibari, id, languages, speakers: [speaker], manifest };
}

function makeVoice(given: Partial<OwnVoice> = {}): OwnVoice {
  return {
    id: 'anna',
    name: 'Anna',
    kind: 'clip',
    based_on: 'heart',
    description: '',
    file_name: null,
    clip: { sha256: SHA256, original_name: 'anna.wav', bytes: 1, duration_sec: 8, sample_rate: 24_000 },
    defaults: {},
    created_at: '2026-01-01T00:00:00.000Z',
    ...given,
  };
}

function open(models: ModelInfo[], own: OwnVoice[] = [makeVoice()]): Promise<VoiceRegistry> {
  const shelf = { models: new Map([hibari, ...models].map((model) => [model.id, model])) };
  return openVoices(join(ROOT, 'voices'), { list: () => own }, shelf);
}

test('without a model that clones, the voice that it is based on stands in', async () => {
  const voices = await open([]);
  expect(voices.resolve('anna').voice).toMatchObject({ id: 'anna', model: 'hibari', speaker: 'heart' });
});

test('a model that clones speaks with the clip, in the language that is asked for', async () => {
  const voices = await open([makeCloner('many', { languages: ['en', 'fr', 'de'] })]);
  const { voice } = voices.resolve('Anna');
  expect(voice).toMatchObject({ id: 'anna', name: 'Anna', model: 'many', language: 'en', gender: 'neutral' });
  expect(findClipHash(voice.speaker)).toBe(SHA256);
  expect(voices.resolve('anna', { language: 'fr-CA' }).voice.language).toBe('fr');
  expect(voices.resolve('anna', { language: 'zu' }).voice.language).toBe('en');
  expect(voices.list().find(({ own }) => own !== null)!.voice.model).toBe('many');
});

test('of several the one that was asked for, else the one that the voice is based on, else by language, length and size', async () => {
  const small = makeCloner('small', { bytes: 10, leastSec: 5 });
  const large = makeCloner('large', { bytes: 90 });
  const many = makeCloner('many', { bytes: 99, languages: ['en', 'fr'] });
  const clip = makeVoice().clip!;
  const voices = await open(
    [large, many, small],
    [
      makeVoice(),
      makeVoice({ id: 'short', name: 'Short', clip: { ...clip, duration_sec: 5 } }),
      makeVoice({ id: 'based', name: 'Based', based_on: 'many-own' }),
    ],
  );
  const find = (name: string, wish?: object) => voices.resolve(name, wish).voice.model;
  expect(find('anna')).toBe('small');
  expect(find('anna', { model: 'large' })).toBe('large');
  expect(find('anna', { model: 'hibari' })).toBe('small');
  expect(find('anna', { language: 'fr' })).toBe('many');
  expect(find('short')).toBe('large');
  expect(find('based')).toBe('many');
  expect(find('based', { model: 'large' })).toBe('large');
});

test('a clip is found by its file name before any voice of that name, and a voice without one never', async () => {
  const reference = makeVoice({ id: 'heart-2', name: 'heart', kind: 'reference', file_name: 'Heart.wav' });
  const preset = makeVoice({ id: 'calm', name: 'Calm', kind: 'preset', clip: null });
  const voices = await open([makeCloner('one')], [makeVoice(), reference, preset]);
  expect(voices.resolve('heart').voice.id).toBe('heart');
  expect(voices.resolveClip('heart.WAV')!.voice.id).toBe('heart-2');
  expect(voices.resolveClip('ANNA')!.voice.id).toBe('anna');
  expect(voices.resolveClip('calm')).toBeUndefined();
  expect(voices.resolveClip('../heart.wav')).toBeUndefined();
});
