// A tiny Chatterbox in a folder of its own, put together from the fixtures with a manifest, as if it had been pulled. It makes noise, by
// the same way as a real one makes speech.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const CHATTERBOX_FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'chatterbox');
/** Speech of 5.2 s. */
export const CLIP_PATH = join(CHATTERBOX_FIXTURES, 'clip.wav');
const SHELF_TURBO = join(import.meta.dirname, '..', '..', 'models', 'chatterbox-turbo.json');

export type ChatterboxKind = 'turbo' | 'base' | 'multilingual';

/** Where each file of a model lies among the fixtures. */
const SOURCES: Record<ChatterboxKind, Record<string, string>> = {
  turbo: {
    'onnx/speech_encoder.onnx': 'turbo/onnx/speech_encoder.onnx',
    'onnx/embed_tokens.onnx': 'turbo/onnx/embed_tokens.onnx',
    'onnx/language_model.onnx': 'turbo/onnx/language_model.onnx',
    'onnx/conditional_decoder.onnx': 'turbo/onnx/conditional_decoder.onnx',
    'tokenizer.json': 'turbo/tokenizer.json',
    'default_voice.wav': 'default_voice.wav',
  },
  base: {
    'onnx/speech_encoder.onnx': 'base/onnx/speech_encoder.onnx',
    'onnx/embed_tokens.onnx': 'base/onnx/embed_tokens.onnx',
    'onnx/embed_tokens.onnx_data': 'base/onnx/embed_tokens.onnx_data',
    'onnx/language_model.onnx': 'base/onnx/language_model.onnx',
    'onnx/conditional_decoder.onnx': 'base/onnx/conditional_decoder.onnx',
    'tokenizer.json': 'base/tokenizer.json',
    'default_voice.wav': 'default_voice.wav',
  },
  multilingual: {
    'onnx/speech_encoder.onnx': 'base/onnx/speech_encoder.onnx',
    'onnx/embed_tokens.onnx': 'multilingual/onnx/embed_tokens.onnx',
    'onnx/language_model.onnx': 'multilingual/onnx/language_model.onnx',
    'onnx/conditional_decoder.onnx': 'base/onnx/conditional_decoder.onnx',
    'tokenizer.json': 'multilingual/tokenizer.json',
    'Cangjie5_TC.json': 'multilingual/Cangjie5_TC.json',
    'default_voice.wav': 'default_voice.wav',
  },
};

const LANGUAGES: Record<ChatterboxKind, string[]> = {
  turbo: ['en'],
  base: ['en'],
  multilingual: ['en', 'de', 'fr', 'he', 'ja', 'ko', 'ru', 'zh'],
};

const range = (min: number, max: number, preset: number) => ({ min, max, default: preset });
const SAMPLING = { temperature: range(0.05, 5, 0.8), repetition_penalty: range(1, 2, 1.2) };
const GUIDANCE = {
  ...SAMPLING,
  cfg_weight: range(0, 1, 0.5),
  exaggeration: range(0, 2, 0.5),
  min_p: range(0, 1, 0.05),
  top_p: range(0, 1, 1),
};
const PARAMETERS: Record<ChatterboxKind, object> = {
  turbo: { ...SAMPLING, top_p: range(0, 1, 0.95), top_k: range(0, 6561, 1000) },
  base: GUIDANCE,
  multilingual: GUIDANCE,
};

/** Other files by their name in the model, from paths or with their bytes. */
type Replacements = Record<string, string | Uint8Array>;

/**
 * Writes the model into `dir`, a new folder under the system's where it is left out, and answers the folder. `manifest`: what is
 * otherwise in it.
 */
export async function makeChatterbox(
  kind: ChatterboxKind,
  {
    dir,
    replace = {},
    manifest: changed = {},
  }: { dir?: string; replace?: Replacements; manifest?: Record<string, unknown> } = {},
): Promise<string> {
  const folder = dir ?? (await mkdtemp(join(tmpdir(), `ttsd-chatterbox-${kind}-`)));
  const files: Record<string, { bytes: number; sha256: string }> = {};
  const sources = Object.entries(SOURCES[kind]).map(
    ([name, path]) => [name, join(CHATTERBOX_FIXTURES, path)] as const,
  );
  for (const [name, source] of [...sources, ...Object.entries(replace)]) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    if (typeof source === 'string') await copyFile(source, path);
    else await writeFile(path, source);
    const content = await readFile(path);
    files[name] = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  }
  const manifest = {
    id: `tiny-chatterbox-${kind}`,
    name: `Tiny Chatterbox ${kind}`,
    revision: '1',
    engine: 'chatterbox',
    licence: 'CC0-1.0',
    languages: LANGUAGES[kind],
    sampleRateHz: 24_000,
    parameters: PARAMETERS[kind],
    speakers: [{ id: 'default', name: 'Default', language: 'en', gender: 'female' }],
    clones: true,
    tags: kind === 'turbo' ? ['[laugh]', '[sigh]'] : [],
    ...changed,
    files,
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2));
  return folder;
}

/** A model of a data directory, with the ranges, tags and limits of the manifest on the shelf. */
export async function putTinyTurbo(
  dataDir: string,
  { id = 'tiny-turbo', replace = {} }: { id?: string; replace?: Replacements } = {},
): Promise<void> {
  const shelf = JSON.parse(await readFile(SHELF_TURBO, 'utf8'));
  const manifest = { ...shelf, id, name: 'Tiny Turbo', revision: '1' };
  await makeChatterbox('turbo', { dir: join(dataDir, 'models', id), replace, manifest });
}

/** The parts of `recording.json` that are arrays come as typed arrays. */
export async function readRecording(name: ChatterboxKind | 'resampling'): Promise<Record<string, unknown>> {
  const path =
    name === 'resampling'
      ? join(CHATTERBOX_FIXTURES, 'resampling.json')
      : join(CHATTERBOX_FIXTURES, name, 'recording.json');
  return JSON.parse(await readFile(path, 'utf8'), (_key, value) => {
    if (typeof value?.base64 !== 'string') return value;
    const bytes = Uint8Array.from(Buffer.from(value.base64, 'base64'));
    return value.dtype === 'int16' ? new Int16Array(bytes.buffer) : new Float32Array(bytes.buffer);
  });
}
