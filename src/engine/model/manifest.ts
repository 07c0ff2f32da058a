// A model's manifest: what it is, what it can do, and the files it is made of with their checksums. The same for a model that is
// here and for one that can be pulled. By hand rather than by schema: engine hosts read it too, and the schema library would take
// longer to load than most models.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from './hash-file.ts';
import { findPathTrouble } from './safe-path.ts';

export interface ModelManifest {
  /** Also the name of the model's folder. */
  id: string;
  name: string;
  /** One sentence for people; may be empty. */
  about: string;
  /** Changes whenever the same input would sound different. */
  revision: string;
  engine: string;
  /** SPDX expression; `NOASSERTION` where its makers do not say, see `source`. */
  licence: string;
  /** A page on where it comes from; empty when nobody knows. */
  source: string;
  /** BCP 47 tags. */
  languages: string[];
  sampleRateHz: number;
  /** What its engine host takes at work, measured on it or on a model of the same shape; null when it was not. */
  memoryBytes: number | null;
  /** Seconds of speech that two cores make in one second, measured likewise. */
  timesRealTime: number | null;
  /** All files were fetched and hashed by this project. Otherwise sizes and checksums are what others published. */
  verified: boolean;
  parameters: Record<string, ParameterRange>;
  speakers: ModelSpeaker[];
  /** True when its speakers can be mixed by weight; false where the manifest does not say. */
  blends: boolean;
  /** True when it speaks with the voice of a reference clip. */
  clones: boolean;
  /** How long such a clip must be more than, and how much of it is heard; null where the manifest does not say. */
  clipSec: { min: number; max: number } | null;
  /** What it makes besides speech where the text says so, with their brackets, such as `[laugh]`. */
  tags: string[];
  /** By path relative to the manifest. */
  files: Record<string, ModelFile>;
}

export interface ParameterRange {
  min: number;
  max: number;
  default: number;
}

export interface ModelSpeaker {
  id: string;
  name: string;
  language: string;
  gender: string;
}

export interface ModelFile {
  bytes: number;
  /** Lower case hex; null only where nobody has published it. A model that is here has all. */
  sha256: string | null;
  /** Lower case hex, where that is what is known. */
  md5: string | null;
  /** Where it can be had; tried in this order. */
  urls: string[];
}

/** Reads `manifest.json` of a model's folder; throws naming the file and the wrong field. */
export async function readManifest(modelDir: string): Promise<ModelManifest> {
  const path = join(modelDir, 'manifest.json');
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${path} cannot be read as a model's manifest. Reinstall the model.`, { cause });
  }
  try {
    return parseManifest(json);
  } catch (cause) {
    throw new Error(`${path}: ${(cause as Error).message}. Reinstall the model.`, { cause });
  }
}

/** Throws naming the first field that is missing or wrong; unknown fields are ignored. */
export function parseManifest(json: unknown): ModelManifest {
  const manifest = expectObject(json, 'the manifest');
  return {
    id: expectId(manifest.id, 'id'),
    name: expectString(manifest.name, 'name'),
    about: expectStringOr('', manifest.about, 'about'),
    revision: expectString(manifest.revision, 'revision'),
    engine: expectString(manifest.engine, 'engine'),
    licence: expectString(manifest.licence, 'licence'),
    source: expectStringOr('', manifest.source, 'source'),
    languages: expectArray(manifest.languages, 'languages').map((tag, i) =>
      expectString(tag, `languages[${i}]`),
    ),
    sampleRateHz: expectCount(manifest.sampleRateHz, 'sampleRateHz'),
    memoryBytes: expectNumberOrNull(manifest.memoryBytes, 'memoryBytes'),
    timesRealTime: expectNumberOrNull(manifest.timesRealTime, 'timesRealTime'),
    verified: expectBooleanOr(false, manifest.verified, 'verified'),
    parameters: mapObject(manifest.parameters, 'parameters', parseRange),
    speakers: expectArray(manifest.speakers, 'speakers').map((speaker, i) =>
      parseSpeaker(speaker, `speakers[${i}]`),
    ),
    blends: expectBooleanOr(false, manifest.blends, 'blends'),
    clones: expectBooleanOr(false, manifest.clones, 'clones'),
    clipSec: parseClipSec(manifest.clipSec),
    tags: (manifest.tags === undefined ? [] : expectArray(manifest.tags, 'tags')).map((tag, i) =>
      expectString(tag, `tags[${i}]`),
    ),
    files: mapObject(manifest.files, 'files', parseFile),
  };
}

/** Compares every file's size and SHA-256 with the manifest's; throws naming the first file that differs. */
export async function verifyFiles(modelDir: string, { files }: ModelManifest): Promise<void> {
  for (const [name, expected] of Object.entries(files)) {
    const path = join(modelDir, name);
    const missing = (cause: unknown) =>
      new Error(`${path} is missing or cannot be read. Reinstall the model.`, { cause });
    const { size } = await stat(path).catch((cause: unknown) => {
      throw missing(cause);
    });
    if (size !== expected.bytes)
      throw new Error(`${path} has ${size} bytes, expected ${expected.bytes}. Reinstall the model.`);
    const [sha256] = await hashFile(path, ['sha256']).catch((cause: unknown) => {
      throw missing(cause);
    });
    if (sha256 !== expected.sha256)
      throw new Error(`${path} has been altered: its SHA-256 is not the manifest's. Reinstall the model.`);
  }
}

function parseRange(json: unknown, field: string): ParameterRange {
  const range = expectObject(json, field);
  return {
    min: expectNumber(range.min, `${field}.min`),
    max: expectNumber(range.max, `${field}.max`),
    default: expectNumber(range.default, `${field}.default`),
  };
}

function parseClipSec(json: unknown): ModelManifest['clipSec'] {
  if (json === undefined || json === null) return null;
  const range = expectObject(json, 'clipSec');
  return { min: expectNumber(range.min, 'clipSec.min'), max: expectNumber(range.max, 'clipSec.max') };
}

function parseSpeaker(json: unknown, field: string): ModelSpeaker {
  const speaker = expectObject(json, field);
  return {
    id: expectString(speaker.id, `${field}.id`),
    name: expectString(speaker.name, `${field}.name`),
    language: expectString(speaker.language, `${field}.language`),
    gender: expectString(speaker.gender, `${field}.gender`),
  };
}

function parseFile(json: unknown, field: string, name: string): ModelFile {
  const trouble = findPathTrouble(name);
  if (trouble !== undefined)
    throw new Error(`files: the name ${JSON.stringify(name.slice(0, 100))} ${trouble}`);
  const file = expectObject(json, field);
  return {
    bytes: expectCount(file.bytes, `${field}.bytes`),
    sha256: expectHexOrNull(64, file.sha256, `${field}.sha256`),
    md5: expectHexOrNull(32, file.md5, `${field}.md5`),
    urls: (file.urls === undefined ? [] : expectArray(file.urls, `${field}.urls`)).map((url, i) =>
      expectUrl(url, `${field}.urls[${i}]`),
    ),
  };
}

function mapObject<T>(
  json: unknown,
  field: string,
  parse: (json: unknown, field: string, name: string) => T,
): Record<string, T> {
  const entries = Object.entries(expectObject(json, field));
  return Object.fromEntries(entries.map(([name, value]) => [name, parse(value, `${field}.${name}`, name)]));
}

function expectObject(json: unknown, field: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Error(`${field} must be an object`);
  return json as Record<string, unknown>;
}

function expectArray(json: unknown, field: string): unknown[] {
  if (!Array.isArray(json)) throw new Error(`${field} must be an array`);
  return json;
}

function expectString(json: unknown, field: string): string {
  if (typeof json !== 'string' || json === '') throw new Error(`${field} must be a string that is not empty`);
  return json;
}

/** Names a folder, and stands in URLs and on command lines. */
function expectId(json: unknown, field: string): string {
  const id = expectString(json, field);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(id) || findPathTrouble(id) !== undefined)
    throw new Error(`${field} must be letters, digits, dots, dashes and underscores, at most 100`);
  return id;
}

function expectStringOr(missing: '', json: unknown, field: string): string {
  if (json === undefined || json === '') return missing;
  return expectString(json, field);
}

function expectHexOrNull(digits: number, json: unknown, field: string): string | null {
  if (json === undefined || json === null) return null;
  const text = expectString(json, field);
  if (text.length !== digits || !/^[0-9a-f]+$/.test(text))
    throw new Error(`${field} must be ${digits} lower case hex digits`);
  return text;
}

function expectUrl(json: unknown, field: string): string {
  const text = expectString(json, field);
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new Error(`${field} must be an http or https address`);
  return text;
}

function expectBooleanOr(missing: boolean, json: unknown, field: string): boolean {
  if (json === undefined) return missing;
  if (typeof json !== 'boolean') throw new Error(`${field} must be true or false`);
  return json;
}

function expectNumberOrNull(json: unknown, field: string): number | null {
  return json === undefined || json === null ? null : expectNumber(json, field);
}

function expectNumber(json: unknown, field: string): number {
  if (typeof json !== 'number') throw new Error(`${field} must be a number`);
  return json;
}

function expectCount(json: unknown, field: string): number {
  const number = expectNumber(json, field);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${field} must be a whole number above 0`);
  return number;
}
