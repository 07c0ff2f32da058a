import { copyFile, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCatalogue } from '../../../src/engine/model/catalogue.ts';
import { parseManifest, readManifest, verifyFiles } from '../../../src/engine/model/manifest.ts';

const MODEL_DIR = join(import.meta.dirname, '../../../models/hibari');

test('the embedded model matches its manifest', async () => {
  const manifest = await readManifest(MODEL_DIR);
  expect(manifest).toMatchObject({
    id: 'hibari',
    engine: 'hibari',
    sampleRateHz: 24_000,
    licence: 'Apache-2.0',
  });
  await verifyFiles(MODEL_DIR, manifest);
});

test('every data file of the embedded model is in its manifest', async () => {
  const { files } = await readManifest(MODEL_DIR);
  const shipped = (await readdir(MODEL_DIR)).filter((name) => /\.(onnx|gz|json|pack)$/.test(name));
  expect(Object.keys(files).sort()).toEqual(shipped.filter((name) => name !== 'manifest.json').sort());
});

test('an altered, a shortened and a missing file are each named, with the remedy', async () => {
  const dir = await copyModel();
  const manifest = await readManifest(dir);
  const path = join(dir, 'vocab.json');
  const content = Buffer.alloc(manifest.files['vocab.json']!.bytes, 'x');
  await writeFile(path, content);
  await expect(verifyFiles(dir, manifest)).rejects.toThrow(`${path} has been altered`);
  await truncate(path, 100);
  await expect(verifyFiles(dir, manifest)).rejects.toThrow(
    /vocab\.json has 100 bytes, expected \d+\. Reinstall/,
  );
  await rm(path);
  await expect(verifyFiles(dir, manifest)).rejects.toThrow(
    /vocab\.json is missing or cannot be read\. Reinstall/,
  );
});

test('a manifest that is no JSON is named', async () => {
  const dir = await makeDir();
  await writeFile(join(dir, 'manifest.json'), '{');
  await expect(readManifest(dir)).rejects.toThrow(join(dir, 'manifest.json'));
});

test.each([
  [null, 'the manifest must be an object'],
  [{ ...describeModel(), engine: undefined }, 'engine must be a string'],
  [{ ...describeModel(), languages: 'en' }, 'languages must be an array'],
  [{ ...describeModel(), sampleRateHz: 0.5 }, 'sampleRateHz must be a whole number'],
  [
    { ...describeModel(), parameters: { speed: { min: 0, max: '4', default: 1 } } },
    'parameters.speed.max must be',
  ],
  [{ ...describeModel(), speakers: [{ id: 'a' }] }, 'speakers[0].name must be a string'],
  [{ ...describeModel(), blends: 'yes' }, 'blends must be true or false'],
  [{ ...describeModel(), files: { 'a.onnx': { bytes: 1, sha256: 'AB' } } }, 'files.a.onnx.sha256 must be 64'],
  [{ ...describeModel(), id: '../m' }, 'id must be letters, digits'],
  [{ ...describeModel(), files: { '../a': { bytes: 1, sha256: null } } }, 'the name "../a" holds . or ..'],
  [
    { ...describeModel(), files: { a: { bytes: 1, urls: ['file:///a'] } } },
    'files.a.urls[0] must be an http',
  ],
])('a wrong field is named (%#)', (json, message) => {
  expect(() => parseManifest(json)).toThrow(message);
});

test('a sound manifest is taken as it is', () => {
  expect(parseManifest(describeModel())).toEqual(describeModel());
});

function describeModel() {
  return {
    id: 'm',
    name: 'M',
    about: 'One of many.',
    revision: '1',
    engine: 'e',
    licence: 'MIT',
    source: 'https://example.org/m',
    languages: ['en-US'],
    sampleRateHz: 24_000,
    memoryBytes: 1,
    timesRealTime: null,
    verified: true,
    parameters: { speed: { min: 0.5, max: 2, default: 1 } },
    speakers: [{ id: 'a', name: 'A', language: 'en-US', gender: 'female' }],
    blends: true,
    clones: true,
    clipSec: { min: 1, max: 30 },
    tags: ['[laugh]'],
    files: {
      'a.onnx': {
        bytes: 1,
        sha256: '0'.repeat(64),
        md5: null,
        urls: ['https://example.org/a.onnx'],
      },
    },
  };
}

async function makeDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ttsd-model-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

async function copyModel(): Promise<string> {
  const dir = await makeDir();
  for (const name of await readdir(MODEL_DIR)) await copyFile(join(MODEL_DIR, name), join(dir, name));
  return dir;
}

test('a manifest that was read can be written and read again', async () => {
  const manifest = await readManifest(MODEL_DIR);
  expect(parseManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
});

test('every model that can be pulled has whole figures, pinned sources, and the four graphs where it is a Chatterbox', async () => {
  const catalogue = await readCatalogue([join(MODEL_DIR, '..')], (error) => {
    throw error;
  });
  expect(catalogue.size).toBeGreaterThanOrEqual(36);
  const chatterboxes = [...catalogue.values()].filter(({ engine }) => engine === 'chatterbox');
  expect(chatterboxes.length).toBe(15);
  for (const { id, clones, clipSec, files, parameters } of chatterboxes) {
    expect([id, clones, clipSec?.max]).toEqual([id, true, 30]);
    for (const { min, max, default: preset } of Object.values(parameters))
      expect(preset).toBe(Math.min(Math.max(preset, min), max));
    const graphs = Object.keys(files).filter((path) => path.endsWith('.onnx'));
    expect(graphs.map((path) => /^onnx\/([a-z]+_[a-z]+)/.exec(path)![1]).sort()).toEqual([
      'conditional_decoder',
      'embed_tokens',
      'language_model',
      'speech_encoder',
    ]);
    for (const path of graphs) expect(Object.keys(files)).toContain(`${path}_data`);
    for (const [path, { urls }] of Object.entries(files))
      for (const url of urls) expect(url).toMatch(new RegExp(`/resolve/([0-9a-f]{40}|main)/${path}$`));
  }
});
