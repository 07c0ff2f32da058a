// What a folder of files is: a model with a manifest, one of the catalogue's, or the files of a known family without one.
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TtsError } from '../../../api/errors.ts';
import { describeMismatch, hashFile } from '../hash-file.ts';
import { type ModelFile, type ModelManifest, parseManifest } from '../manifest.ts';

const KOKORO_TABLE_BYTES = 510 * 256 * Float32Array.BYTES_PER_ELEMENT;
const SPEED = { speed: { min: 0.25, max: 4, default: 1 } };
const KOKORO_LANGUAGES: Readonly<Record<string, string>> = {
  a: 'en-US',
  b: 'en-GB',
  e: 'es',
  f: 'fr-FR',
  h: 'hi',
  i: 'it',
  j: 'ja',
  p: 'pt-BR',
  z: 'zh-CN',
};

export interface Recognised {
  /** With size and SHA-256 of every file. */
  manifest: ModelManifest;
  /** Where each of its files lies now, by the path that it gets; both below the folder. */
  places: Map<string, string>;
}

/** Throws `model_invalid` saying what is missing. `id` goes before what follows from the files. */
export async function recognise(
  dir: string,
  paths: readonly string[],
  { catalogue, id }: { catalogue: readonly ModelManifest[]; id: string | undefined },
): Promise<Recognised> {
  const top = findTop(paths);
  const files = new Map<string, ModelFile>();
  for (const path of paths) files.set(path.slice(top.length), await describe(join(dir, path)));
  const read = (path: string) => readFile(join(dir, top + path), 'utf8');
  const found =
    (await readOwnManifest(files, read)) ??
    findInCatalogue(files, catalogue) ??
    describeKokoro(files) ??
    (await describePiper(files, read));
  if (found === undefined)
    throw invalid(`These files are no model that is known: ${listSome([...files.keys()])}. ${HELP}`);
  return {
    manifest: { ...found.manifest, id: id ?? found.manifest.id },
    places: new Map([...found.places].map(([to, from]) => [to, top + from])),
  };
}

const HELP =
  'A model is a folder with a manifest.json; or Kokoro: one .onnx file and voices/*.bin; or Piper: one .onnx file and its .onnx.json.';

type Files = ReadonlyMap<string, ModelFile>;
type Read = (path: string) => Promise<string>;

/** The folder that all files lie in, such as `model/`; often an archive has one. */
function findTop(paths: readonly string[]): string {
  let top = '';
  for (;;) {
    const [first] = paths[0]?.slice(top.length).split('/') ?? [];
    const next = `${top}${first}/`;
    if (first === undefined || !paths.every((path) => path.startsWith(next))) return top;
    top = next;
  }
}

async function readOwnManifest(files: Files, read: Read): Promise<Recognised | undefined> {
  if (!files.has('manifest.json')) return undefined;
  let manifest: ModelManifest;
  try {
    manifest = parseManifest(JSON.parse(await read('manifest.json')));
  } catch (cause) {
    throw new TtsError('model_invalid', `manifest.json: ${(cause as Error).message}.`, { cause });
  }
  const whole: ModelManifest['files'] = {};
  for (const [path, expected] of Object.entries(manifest.files)) {
    const file = files.get(path);
    if (file === undefined) throw invalid(`${path} is named in manifest.json and is not there. Add it.`);
    const mismatch =
      file.bytes === expected.bytes
        ? describeMismatch(expected, file as { sha256: string; md5: string })
        : `it has ${file.bytes} bytes, expected ${expected.bytes}`;
    if (mismatch !== undefined)
      throw invalid(`${path} is not the file of manifest.json: ${mismatch}. Get it again.`);
    whole[path] = { ...expected, ...file, urls: expected.urls };
  }
  return { manifest: { ...manifest, files: whole }, places: identity(Object.keys(whole)) };
}

/** By content, whatever the files are called. */
function findInCatalogue(files: Files, catalogue: readonly ModelManifest[]): Recognised | undefined {
  for (const manifest of catalogue) {
    const places = new Map<string, string>();
    const whole: ModelManifest['files'] = {};
    for (const [path, expected] of Object.entries(manifest.files)) {
      const same = [...files].find(
        ([, file]) =>
          file.bytes === expected.bytes &&
          (expected.sha256 === file.sha256 || (expected.sha256 === null && expected.md5 === file.md5)),
      );
      if (same === undefined) break;
      places.set(path, same[0]);
      whole[path] = { ...same[1], urls: expected.urls };
    }
    if (places.size === Object.keys(manifest.files).length)
      return { manifest: { ...manifest, files: whole }, places };
  }
  return undefined;
}

function describeKokoro(files: Files): Recognised | undefined {
  const graphs = [...files.keys()].filter((path) => path.endsWith('.onnx'));
  const tables = [...files.keys()].filter((path) => /(^|\/)[a-z][fm]_[a-z0-9]+\.bin$/.test(path));
  if (graphs.length !== 1 || tables.length === 0) return undefined;
  for (const path of tables)
    if (files.get(path)!.bytes !== KOKORO_TABLE_BYTES)
      throw invalid(
        `${path} has ${files.get(path)!.bytes} bytes; a voice of Kokoro has ${KOKORO_TABLE_BYTES}. Get it again.`,
      );
  const speakers = tables.map((path) => basename(path, '.bin')).sort();
  const languages = speakers.map((speaker) => KOKORO_LANGUAGES[speaker[0]!] ?? 'en-US');
  const places = new Map([
    ['model.onnx', graphs[0]!],
    ...tables.map((path) => [`voices/${basename(path)}`, path] as const),
  ]);
  return {
    manifest: {
      ...COMMON,
      id: 'kokoro-local',
      name: 'Kokoro',
      about: 'Added from files of this machine.',
      revision: shorten(files.get(graphs[0]!)!),
      engine: 'kokoro',
      languages: [...new Set(languages)],
      sampleRateHz: 24_000,
      blends: true,
      clones: false,
      clipSec: null,
      tags: [],
      speakers: speakers.map((speaker, i) => ({
        id: speaker,
        name: capitalise(speaker.slice(3)),
        language: languages[i]!,
        gender: speaker[1] === 'f' ? 'female' : 'male',
      })),
      files: pickFiles(files, places),
    },
    places,
  };
}

async function describePiper(files: Files, read: Read): Promise<Recognised | undefined> {
  const graphs = [...files.keys()].filter((path) => files.has(`${path}.json`) && path.endsWith('.onnx'));
  if (graphs.length !== 1) return undefined;
  const graph = graphs[0]!;
  const config = parsePiperConfig(await read(`${graph}.json`), `${graph}.json`);
  const stem = basename(graph, '.onnx');
  const [locale, name = stem] = stem.split('-');
  const language = /^[a-z]{2,3}_[A-Z]{2}$/.test(locale!)
    ? locale!.replace('_', '-')
    : (config.language ?? 'und');
  const names = config.speakers.length > 0 ? config.speakers : [name];
  const places = new Map(
    [basename(graph), `${basename(graph)}.json`].map((to, i) => [to, i === 0 ? graph : `${graph}.json`]),
  );
  return {
    manifest: {
      ...COMMON,
      id: `piper-${stem.replace(/[^A-Za-z0-9._-]/g, '_')}`,
      name: `Piper ${capitalise(name)}`,
      about: 'Added from files of this machine.',
      revision: shorten(files.get(graph)!),
      engine: 'piper',
      languages: [language],
      sampleRateHz: config.sampleRateHz,
      blends: false,
      clones: false,
      clipSec: null,
      tags: [],
      speakers: names.map((speaker) => ({
        id: speaker,
        name: capitalise(speaker),
        language,
        gender: 'neutral',
      })),
      files: pickFiles(files, places),
    },
    places,
  };
}

interface PiperConfig {
  sampleRateHz: number;
  language: string | undefined;
  speakers: string[];
}

/** Only what the manifest needs; the engine reads the rest. */
function parsePiperConfig(text: string, path: string): PiperConfig {
  let config: {
    audio?: { sample_rate?: unknown };
    language?: { code?: unknown };
    speaker_id_map?: unknown;
    phoneme_id_map?: unknown;
  };
  try {
    config = JSON.parse(text) ?? {};
  } catch (cause) {
    throw new TtsError('model_invalid', `${path} is not JSON. Get it again.`, { cause });
  }
  const rate = config.audio?.sample_rate;
  if (typeof rate !== 'number' || !Number.isInteger(rate) || typeof config.phoneme_id_map !== 'object')
    throw invalid(
      `${path} is not the settings of a Piper voice: it needs audio.sample_rate and phoneme_id_map.`,
    );
  const code = config.language?.code;
  return {
    sampleRateHz: rate,
    language: typeof code === 'string' ? code.replace('_', '-') : undefined,
    speakers: Object.keys((config.speaker_id_map as object | undefined) ?? {}),
  };
}

const COMMON = {
  licence: 'NOASSERTION',
  source: '',
  memoryBytes: null,
  timesRealTime: null,
  verified: false,
  parameters: SPEED,
} as const;

async function describe(path: string): Promise<ModelFile> {
  const { size } = await stat(path);
  const [sha256, md5] = await hashFile(path, ['sha256', 'md5']);
  return { bytes: size, sha256: sha256!, md5: md5!, urls: [] };
}

function pickFiles(files: Files, places: ReadonlyMap<string, string>): ModelManifest['files'] {
  return Object.fromEntries([...places].map(([to, from]) => [to, files.get(from)!]));
}

function identity(paths: readonly string[]): Map<string, string> {
  return new Map(paths.map((path) => [path, path]));
}

function shorten({ sha256 }: ModelFile): string {
  return sha256!.slice(0, 12);
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function listSome(names: readonly string[]): string {
  return names.length <= 5
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}

function invalid(message: string): TtsError {
  return new TtsError('model_invalid', message);
}
