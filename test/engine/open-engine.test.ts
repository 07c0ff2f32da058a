import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.ts';

const MODEL_DIR = join(import.meta.dirname, '../../models/hibari');

test('a model with one altered byte is not opened, and the file is named', async () => {
  const dir = await copyModel();
  const path = join(dir, 'acoustic.onnx');
  const content = await readFile(path);
  content[content.length >> 1]! ^= 1;
  await writeFile(path, content);
  await expect(openEngine({ modelDir: dir })).rejects.toThrow(`${path} has been altered`);
});

test('a model for an engine that this version lacks says so', async () => {
  const dir = await copyModel();
  const path = join(dir, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...manifest, engine: 'warbler' }));
  await expect(openEngine({ modelDir: dir })).rejects.toThrow(
    `${dir} needs the engine warbler; this version has hibari, kokoro, chatterbox, piper.`,
  );
});

test('a folder without a manifest is named', async () => {
  await expect(openEngine({ modelDir: tmpdir() })).rejects.toThrow(join(tmpdir(), 'manifest.json'));
});

async function copyModel(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ttsd-model-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await cp(MODEL_DIR, dir, { recursive: true });
  return dir;
}
