// What the daemon runs with: config.yaml under the names Chatterbox-TTS-Server uses, then environment, then flags.
import { existsSync, readFileSync } from 'node:fs';
import { closest, distance } from 'fastest-levenshtein';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseDocument } from 'yaml';
import { CLAMPED_RANGES } from '../api/chatterbox.ts';
import { getConfigFile, getDataDir } from '../api/endpoint.ts';
import { TtsError } from '../api/errors.ts';
import { AUDIO_FORMATS } from '../api/job.ts';

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
        log_level: Type.Enum([...LOG_LEVELS], { default: 'info' }),
      },
      strict,
    ),
    tts_engine: Type.Object(
      {
        device: Type.Enum(['auto', 'cpu'], { default: 'auto' }),
        default_voice_id: Type.String({ default: '' }),
        idle_unload_sec: Type.Number({ minimum: 1, default: 600 }),
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
    audio_output: Type.Object({ format: Type.Enum([...AUDIO_FORMATS], { default: 'wav' }) }, strict),
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
      },
      strict,
    ),
  },
  strict,
);

export type Config = Static<typeof ConfigFile> & {
  dataDir: string;
  configFile: string;
  socket: string | null;
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
  const file = existsSync(path) ? readYaml(path) : {};
  checkKeys(file, path);
  const overridden = [
    override(file, 'server', 'host', flags.host ?? env.TTSD_HOST),
    override(file, 'server', 'port', toNumber(flags.port ?? env.TTSD_PORT)),
    override(file, 'server', 'log_level', flags.logLevel ?? env.TTSD_LOG_LEVEL),
  ].some(Boolean);
  const complete = fillDefaults(ConfigFile, file);
  if (!configFile.Check(complete)) {
    const source = overridden ? `${path}, the environment or a flag` : path;
    throw invalid(configFile.Errors(complete).map((error) => describeValue(error, complete, source)));
  }
  return {
    ...complete,
    dataDir: getDataDir(env, flags.dataDir),
    configFile: path,
    socket: flags.socket ?? null,
  };
}

type Section = Record<string, unknown>;

function readYaml(path: string): Section {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new TtsError('config_invalid', `${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
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

function override(file: Section, section: string, key: string, value: unknown): boolean {
  if (value === undefined || value === '') return false;
  file[section] = { ...(file[section] as Section | undefined), [key]: value };
  return true;
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

function suggest(name: string, known: string[]): string {
  const nearest = closest(name, known);
  return distance(name, nearest) <= 4 ? ` Did you mean ${nearest}?` : ` Known: ${known.join(', ')}.`;
}

function toNumber(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  return /^\d+$/.test(text) ? Number(text) : text;
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(problems: string[]): TtsError {
  return new TtsError('config_invalid', problems.join('\n'));
}
