// What the daemon runs with: config.yaml under the names Chatterbox-TTS-Server uses, then environment, then flags.
import { existsSync, readFileSync } from 'node:fs';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseDocument } from 'yaml';
import { CLAMPED_RANGES } from '../api/clamped-ranges.ts';
import { getConfigFile, getDataDir } from '../api/endpoint.ts';
import { TtsError } from '../api/errors.ts';
import { AUDIO_FORMATS } from '../api/job.ts';
import { findNearest } from '../api/nearest.ts';
import { DEVICES } from '../engine/model/device.ts';

const range = (name: keyof typeof CLAMPED_RANGES, value: number) =>
  Type.Number({ minimum: CLAMPED_RANGES[name].min, maximum: CLAMPED_RANGES[name].max, default: value });

const strict = { additionalProperties: false } as const;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const ConfigFile = Type.Object(
  {
    server: Type.Object(
      {
        host: Type.String({ minLength: 1, default: '127.0.0.1' }),
        port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8004 }),
        allowed_hosts: Type.Array(Type.String(), { default: [] }),
        allowed_origins: Type.Array(Type.String(), { default: [] }),
        allow_remote_without_key: Type.Boolean({ default: false }),
        require_api_key: Type.Boolean({ default: false }),
        max_connections: Type.Integer({ minimum: 2, maximum: 100_000, default: 1000 }),
        max_streams: Type.Integer({ minimum: 1, maximum: 100_000, default: 256 }),
        request_timeout_sec: Type.Number({ minimum: 1, maximum: 86_400, default: 120 }),
        log_level: Type.Enum([...LOG_LEVELS], { default: 'info' }),
      },
      strict,
    ),
    tts_engine: Type.Object(
      {
        device: Type.Enum(['auto', ...DEVICES], { default: 'auto' }),
        default_voice_id: Type.String({ default: '' }),
        idle_unload_sec: Type.Number({ minimum: 1, default: 600 }),
        max_models_loaded: Type.Integer({ minimum: 1, maximum: 64, default: 2 }),
        max_memory_bytes: Type.Integer({ minimum: 0, default: 0 }),
        max_threads: Type.Integer({ minimum: 0, maximum: 256, default: 0 }),
        chunk_deadline_sec: Type.Number({ minimum: 1, default: 60 }),
      },
      strict,
    ),
    models: Type.Object(
      {
        mirror: Type.String({ default: '' }),
        stall_timeout_sec: Type.Number({ minimum: 1, maximum: 3600, default: 30 }),
      },
      strict,
    ),
    generation_defaults: Type.Object(
      {
        temperature: range('temperature', 0.8),
        exaggeration: range('exaggeration', 0.5),
        cfg_weight: range('cfg_weight', 0.5),
        speed_factor: range('speed_factor', 1),
        seed: Type.Integer({ minimum: -1, maximum: 2 ** 31 - 1, default: 0 }),
        language: Type.String({ default: 'en' }),
        chunk_size: Type.Integer({ minimum: 50, maximum: 1000, default: 120 }),
      },
      strict,
    ),
    audio_output: Type.Object(
      {
        format: Type.Enum([...AUDIO_FORMATS], { default: 'wav' }),
        // 0: off.
        loudness: Type.Number({ minimum: CLAMPED_RANGES.loudness.min, maximum: 0, default: 0 }),
      },
      strict,
    ),
    job_queue: Type.Object(
      {
        job_ttl_hours: Type.Number({ exclusiveMinimum: 0, default: 24 }),
        cleanup_interval_sec: Type.Number({ minimum: 1, maximum: 86_400, default: 300 }),
        max_finished_jobs: Type.Integer({ minimum: 0, default: 1_000_000 }),
        max_result_bytes: Type.Integer({ minimum: 0, default: 107_374_182_400 }),
        max_retries: Type.Integer({ minimum: 0, maximum: 20, default: 0 }),
        max_queued_jobs: Type.Integer({ minimum: 1, default: 100_000 }),
        max_queued_chars: Type.Integer({ minimum: 1, default: 500_000_000 }),
        max_text_chars: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1_000_000 }),
        chunk_cache_bytes: Type.Integer({ minimum: 0, default: 4_294_967_296 }),
        drain_sec: Type.Number({ minimum: 0, maximum: 600, default: 20 }),
        weights: Type.Record(Type.String(), Type.Number({ minimum: 0.01, maximum: 100 }), { default: {} }),
      },
      strict,
    ),
  },
  strict,
);

export type ConfigSections = Static<typeof ConfigFile>;

export type Config = ConfigSections & {
  dataDir: string;
  configFile: string;
  socket: string | null;
  /** Keys that the environment or a flag decides, such as `server.port`: for them the file does not count. */
  overridden: string[];
};

const configFile = Compile(ConfigFile);

export interface Flags {
  host?: string;
  port?: string;
  socket?: string;
  dataDir?: string;
  config?: string;
  logLevel?: string;
}

/** Throws `config_invalid` that names every wrong key and value, its place, and what would be right. */
export function readConfig(env: NodeJS.ProcessEnv, flags: Flags): Config {
  const path = getConfigFile(env, flags.config);
  const explicit = flags.config ?? env.TTSD_CONFIG;
  if (explicit && !existsSync(path)) throw invalid([`the configuration file ${path} does not exist`]);
  const file = existsSync(path) ? parseYaml(readText(path), path) : {};
  checkKeys(file, path);
  const overridden = [
    override(file, 'server', 'host', flags.host ?? env.TTSD_HOST),
    override(file, 'server', 'port', toNumber(flags.port ?? env.TTSD_PORT)),
    override(file, 'server', 'log_level', flags.logLevel ?? env.TTSD_LOG_LEVEL),
  ].filter((name) => name !== undefined);
  const source = overridden.length > 0 ? `${path}, the environment or a flag` : path;
  return {
    ...complete(file, source),
    dataDir: getDataDir(env, flags.dataDir),
    configFile: path,
    socket: flags.socket ?? null,
    overridden,
  };
}

/** What a configuration file with this text would set, every default filled in. Throws `config_invalid` as `readConfig` does. */
export function parseConfig(text: string, source: string): ConfigSections {
  const file = parseYaml(text, source);
  checkKeys(file, source);
  return complete(file, source);
}

/** The keys of each section, whatever is set. */
export function listConfigKeys(): Record<string, string[]> {
  const sections = Object.entries(ConfigFile.properties as Record<string, TObject>);
  return Object.fromEntries(sections.map(([name, { properties }]) => [name, Object.keys(properties)]));
}

export interface ConfigKey {
  section: string;
  key: string;
  /** Null for lists and tables, which are only edited in the file. */
  kind: 'text' | 'number' | 'integer' | 'switch' | 'choice' | null;
  default: unknown;
  minimum: number | null;
  maximum: number | null;
  /** It must be greater than this. */
  above: number | null;
  choices: string[];
}

/** What each key takes. */
export function describeConfigKeys(): ConfigKey[] {
  const sections = Object.entries(ConfigFile.properties as Record<string, TObject>);
  return sections.flatMap(([section, { properties }]) =>
    Object.entries(properties as Record<string, PropertySchema>).map(([key, property]) => ({
      section,
      key,
      kind: property.enum ? ('choice' as const) : (KINDS[property.type ?? ''] ?? null),
      default: property.default,
      minimum: property.minimum ?? null,
      maximum: property.maximum ?? null,
      above: property.exclusiveMinimum ?? null,
      choices: property.enum ?? [],
    })),
  );
}

interface PropertySchema {
  type?: string;
  enum?: string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

const KINDS: Record<string, ConfigKey['kind']> = {
  string: 'text',
  number: 'number',
  integer: 'integer',
  boolean: 'switch',
};

function complete(file: Section, source: string): ConfigSections {
  const sections = fillDefaults(ConfigFile, file);
  if (!configFile.Check(sections))
    throw invalid(configFile.Errors(sections).map((error) => describeValue(error, sections, source)));
  checkNames(sections.server, source);
  checkMirror(sections.models, source);
  return sections;
}

type Section = Record<string, unknown>;

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new TtsError('config_invalid', `${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

function parseYaml(text: string, path: string): Section {
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw invalid(document.errors.map((error) => `${path}: ${error.message.split('\n')[0]}`));
  const value: unknown = document.toJS() ?? {};
  if (!isSection(value)) throw invalid([`${path} must hold sections such as "server:", not ${typeof value}`]);
  return value;
}

function checkKeys(file: Section, path: string): void {
  const problems: string[] = [];
  const sections = ConfigFile.properties as Record<string, TObject>;
  for (const [name, section] of Object.entries(file)) {
    const known = sections[name];
    if (known === undefined) {
      problems.push(`${path}: unknown key ${name}.${suggest(name, Object.keys(sections))}`);
    } else if (section === null) {
      file[name] = {};
    } else if (!isSection(section)) {
      problems.push(`${path}: ${name} must be a section with keys, not ${JSON.stringify(section)}`);
    } else {
      const keys = Object.keys(known.properties);
      for (const key of Object.keys(section)) {
        if (!keys.includes(key)) problems.push(`${path}: unknown key ${name}.${key}.${suggest(key, keys)}`);
      }
    }
  }
  if (problems.length > 0) throw invalid(problems);
}

/** What no schema sees: a name or origin that would never match a request. */
function checkNames({ allowed_hosts, allowed_origins }: Config['server'], path: string): void {
  const problems = [
    ...allowed_hosts
      .filter((host) => !/^([a-z0-9._-]+|\[?[0-9a-f:.]+\]?)(:\d+)?$/i.test(host))
      .map((host) => `server.allowed_hosts: expected a host name such as tts.example.org, got "${host}"`),
    ...allowed_origins
      .filter((origin) => !isOrigin(origin))
      .map(
        (origin) => `server.allowed_origins: expected an origin such as https://example.org, got "${origin}"`,
      ),
  ];
  if (problems.length > 0) throw invalid(problems.map((problem) => `${path}: ${problem}`));
}

function checkMirror({ mirror }: Config['models'], path: string): void {
  if (mirror === '' || /^https?:$/.test(URL.parse(mirror)?.protocol ?? '')) return;
  throw invalid([
    `${path}: models.mirror: expected an address such as https://example.org/models, got "${mirror}"`,
  ]);
}

/** Extensions and desktop programs have origins of their own schemes, which a URL does not know as such. */
function isOrigin(text: string): boolean {
  return /^https?:/i.test(text)
    ? URL.parse(text)?.origin === text
    : /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/.test(text);
}

/** The name of the key, when there is a value that goes before the file's. */
function override(file: Section, section: string, key: string, value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  file[section] = { ...(file[section] as Section | undefined), [key]: value };
  return `${section}.${key}`;
}

function fillDefaults(schema: TObject, file: Section): Section {
  const complete: Section = {};
  for (const [name, section] of Object.entries(schema.properties as Record<string, TObject>)) {
    const defaults = Object.entries(
      section.properties as Record<string, TSchema & { default?: unknown }>,
    ).map(([key, property]) => [key, property.default]);
    complete[name] = { ...Object.fromEntries(defaults), ...(file[name] as Section | undefined) };
  }
  return complete;
}

function describeValue(
  error: { instancePath: string; message: string },
  complete: Section,
  source: string,
): string {
  const keys = error.instancePath.split('/').slice(1);
  const value = keys.reduce<unknown>((at, key) => (at as Section | undefined)?.[key], complete);
  return `${source}: ${keys.join('.')} ${error.message}, got ${JSON.stringify(value)}`;
}

export function suggest(name: string, known: string[]): string {
  const nearest = findNearest(name, known, 4);
  return nearest === undefined ? ` Known: ${known.join(', ')}.` : ` Did you mean ${nearest}?`;
}

function toNumber(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  return /^\d+$/.test(text) ? Number(text) : text;
}

export function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(problems: string[]): TtsError {
  return new TtsError('config_invalid', problems.join('\n'));
}
