// A model's manifest: what it is, what it can do, and the files it is made of with their checksums.
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ModelManifest {
  /** Also the name of the model's folder. */
  id: string;
  name: string;
  /** Changes whenever the same input would sound different. */
  revision: string;
  engine: string;
  /** SPDX expression. */
  licence: string;
  /** BCP 47 tags. */
  languages: string[];
  sampleRateHz: number;
  parameters: Record<string, ParameterRange>;
  speakers: ModelSpeaker[];
  /** True when its speakers can be mixed by weight; false where the manifest does not say. */
  blends: boolean;
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
  /** Lower case hex. */
  sha256: string;
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
    id: expectString(manifest.id, 'id'),
    name: expectString(manifest.name, 'name'),
    revision: expectString(manifest.revision, 'revision'),
    engine: expectString(manifest.engine, 'engine'),
    licence: expectString(manifest.licence, 'licence'),
    languages: expectArray(manifest.languages, 'languages').map((tag, i) =>
      expectString(tag, `languages[${i}]`),
    ),
    sampleRateHz: expectCount(manifest.sampleRateHz, 'sampleRateHz'),
    parameters: mapObject(manifest.parameters, 'parameters', parseRange),
    speakers: expectArray(manifest.speakers, 'speakers').map((speaker, i) =>
      parseSpeaker(speaker, `speakers[${i}]`),
    ),
    blends: manifest.blends === undefined ? false : expectBoolean(manifest.blends, 'blends'),
    files: mapObject(manifest.files, 'files', parseFile),
  };
}

/** Compares every file's size and SHA-256 with the manifest's; throws naming the first file that differs. */
export async function verifyFiles(modelDir: string, { files }: ModelManifest): Promise<void> {
  for (const [name, expected] of Object.entries(files)) {
    const path = join(modelDir, name);
    const content = await readFile(path).catch((cause: unknown) => {
      throw new Error(`${path} is missing or cannot be read. Reinstall the model.`, { cause });
    });
    if (content.length !== expected.bytes)
      throw new Error(
        `${path} has ${content.length} bytes, expected ${expected.bytes}. Reinstall the model.`,
      );
    if (hash('sha256', content) !== expected.sha256)
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

function parseSpeaker(json: unknown, field: string): ModelSpeaker {
  const speaker = expectObject(json, field);
  return {
    id: expectString(speaker.id, `${field}.id`),
    name: expectString(speaker.name, `${field}.name`),
    language: expectString(speaker.language, `${field}.language`),
    gender: expectString(speaker.gender, `${field}.gender`),
  };
}

function parseFile(json: unknown, field: string): ModelFile {
  const file = expectObject(json, field);
  const sha256 = expectString(file.sha256, `${field}.sha256`);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`${field}.sha256 must be 64 lower case hex digits`);
  return { bytes: expectCount(file.bytes, `${field}.bytes`), sha256 };
}

function mapObject<T>(
  json: unknown,
  field: string,
  parse: (json: unknown, field: string) => T,
): Record<string, T> {
  const entries = Object.entries(expectObject(json, field));
  return Object.fromEntries(entries.map(([name, value]) => [name, parse(value, `${field}.${name}`)]));
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

function expectBoolean(json: unknown, field: string): boolean {
  if (typeof json !== 'boolean') throw new Error(`${field} must be true or false`);
  return json;
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
