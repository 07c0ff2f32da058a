// The tiny Chatterbox models of the fixtures as models of a data directory. They make noise, by the same way as real ones make speech.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const FIXTURES = join(ROOT, 'test', 'fixtures', 'chatterbox');
const GRAPHS = ['speech_encoder', 'embed_tokens', 'language_model', 'conditional_decoder'];

/** Speech of 5.2 s. */
export const CLIP = join(FIXTURES, 'clip.wav');

/** With the ranges, tags and limits of the manifest on the shelf. */
export function putTinyTurbo(dataDir: string, id = 'tiny-turbo'): void {
  const dir = join(dataDir, 'models', id);
  mkdirSync(join(dir, 'onnx'), { recursive: true });
  const paths = ['tokenizer.json', ...GRAPHS.map((graph) => `onnx/${graph}.onnx`)];
  const files: Record<string, object> = {};
  for (const path of paths) {
    cpSync(join(FIXTURES, 'turbo', path), join(dir, path));
    const content = readFileSync(join(dir, path));
    files[path] = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  }
  const shelf = JSON.parse(readFileSync(join(ROOT, 'models', 'chatterbox-turbo.json'), 'utf8'));
  const manifest = { ...shelf, id, name: 'Tiny Turbo', revision: '1', files };
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
}
