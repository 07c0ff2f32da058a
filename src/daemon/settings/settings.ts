// Settings that clients may change while the daemon runs: checked key by key, written into config.yaml, applied at once where
// that is safe. Who may reach the daemon is not among them: that is decided in the file, by its owner.
import { existsSync, readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { TtsError } from '../../api/errors.ts';
import type { AudioFormat } from '../../api/job.ts';
import type { SettingView } from '../../api/v1.ts';
import type { VoiceRegistry } from '../../engine/voice/registry.ts';
import {
  type Config,
  type ConfigSections,
  describeConfigKeys,
  isSection,
  listConfigKeys,
  parseConfig,
  suggest,
} from '../config.ts';
import { checkAddress } from '../listen.ts';
import { toStorageError } from '../voices/storage-error.ts';
import { type ConfigChange, editConfig } from './edit-config.ts';
import { FOREIGN_SECTIONS, isForeign } from './foreign-keys.ts';
import {
  checkPageValues,
  isPageSection,
  PAGE_SECTIONS,
  type PageState,
  type PageStateFile,
} from './page-state.ts';
import { replaceFile } from './replace-file.ts';

/** Read anew for each job or round. All other keys count from the next start on. */
const LIVE = [
  'generation_defaults.*',
  'audio_output.*',
  'tts_engine.default_voice_id',
  'job_queue.job_ttl_hours',
  'job_queue.max_queued_jobs',
  'job_queue.max_queued_chars',
  'job_queue.max_text_chars',
  'job_queue.chunk_cache_bytes',
  'job_queue.drain_sec',
];
/** Of the server's own keys, those that open it to nobody. */
const OPEN_SERVER_KEYS = ['host', 'port', 'log_level'];

const SECTIONS = [...new Set([...Object.keys(listConfigKeys()), ...PAGE_SECTIONS, ...FOREIGN_SECTIONS])];

export interface SettingsOptions {
  config: Config;
  formats: readonly AudioFormat[];
  voices: VoiceRegistry;
  /** Ids of the models that are here. */
  models: ReadonlyMap<string, unknown>;
  pageState: PageStateFile;
}

export interface SettingsOutcome {
  message: string;
  restart_needed: boolean;
  /** Keys that mean nothing here. */
  ignored: string[];
  /** Keys whose value in the file does not count, since the environment or a flag goes before it. */
  overridden: string[];
}

interface Wish {
  changes: ConfigChange[];
  page: Partial<PageState>;
  ignored: string[];
}

export class Settings {
  readonly #o: SettingsOptions;
  /** Saved, and in force from the next start on. */
  readonly #pending = new Map<string, unknown>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: SettingsOptions) {
    this.#o = options;
  }

  /** True when something that was saved waits for the next start. */
  get isRestartNeeded(): boolean {
    return this.#pending.size > 0;
  }

  /** As saved: what waits for the next start is shown too. */
  view(): ConfigSections & PageState {
    const { config, pageState } = this.#o;
    const sections = Object.entries(listConfigKeys()).map(([section, keys]) => [
      section,
      Object.fromEntries(
        keys.map((key) => [key, this.#pending.get(`${section}.${key}`) ?? readValue(config, section, key)]),
      ),
    ]);
    return { ...Object.fromEntries(sections), ...pageState.get() };
  }

  /** Those that clients may change, and what each takes. */
  describe(): SettingView[] {
    const values = this.view();
    return describeConfigKeys().flatMap(({ section, key, kind, default: standard, ...limits }) => {
      if (kind === null || (section === 'server' && !OPEN_SERVER_KEYS.includes(key))) return [];
      const name = `${section}.${key}`;
      return {
        name,
        kind,
        value: readValue(values, section, key) as SettingView['value'],
        default: standard as SettingView['default'],
        ...limits,
        needs_restart: !isLive(section, key),
        is_overridden: this.#o.config.overridden.includes(name),
      };
    });
  }

  /** All or nothing. Throws `settings_invalid` that names every wrong key, or what the disk says. */
  save(partial: unknown): Promise<SettingsOutcome> {
    return this.#takeTurn(async () => {
      const { changes, page, ignored } = this.#sort(partial);
      const values = await this.#write(changes);
      if (Object.keys(page).length > 0) await this.#o.pageState.merge(page);
      return this.#tell('Settings saved.', changes, values, ignored);
    });
  }

  /**
   * Every key of the file goes back to its default, but those of `server`, so that the daemon stays where its clients find it;
   * the page forgets what it kept. A copy of the file stays as `config.yaml.bak`.
   */
  reset(): Promise<SettingsOutcome> {
    return this.#takeTurn(async () => {
      const { configFile } = this.#o.config;
      const changes = Object.entries(listConfigKeys())
        .filter(([section]) => section !== 'server')
        .flatMap(([section, keys]) => keys.map((key) => ({ section, key, value: undefined })));
      if (existsSync(configFile)) await copyFile(configFile, `${configFile}.bak`);
      const values = await this.#write(changes);
      await this.#o.pageState.clear();
      return this.#tell('Settings reset to their defaults; those of server are kept.', changes, values, []);
    });
  }

  async #takeTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act);
    this.#turn = mine.catch(() => {});
    try {
      return await mine;
    } catch (error) {
      throw toStorageError(error, this.#o.config.configFile);
    }
  }

  #sort(partial: unknown): Wish {
    if (!isSection(partial))
      throw invalid(['send an object with sections, such as {"generation_defaults": {"seed": 7}}']);
    const wish: Wish = { changes: [], page: {}, ignored: [] };
    const problems = Object.entries(partial).flatMap(([section, values]) => {
      const name = section.slice(0, 64);
      if (!isSection(values))
        return [`${name} must be a section with keys, got ${JSON.stringify(values)?.slice(0, 80)}`];
      if (isPageSection(section)) {
        wish.page[section] = values;
        return checkPageValues(section, values);
      }
      return Object.entries(values).flatMap(([key, value]) => this.#sortOne({ section, key, value }, wish));
    });
    if (problems.length > 0) throw invalid(problems);
    return wish;
  }

  /** Answers what is wrong with it. */
  #sortOne(change: ConfigChange, wish: Wish): string[] {
    const { section, key, value } = change;
    const name = `${section}.${key}`.slice(0, 128);
    const known = listConfigKeys();
    if (section === 'model' && key === 'repo_id') return this.#checkModel(value, wish);
    if (isForeign(section, key)) {
      wish.ignored.push(name);
      return [];
    }
    const keys = Object.hasOwn(known, section) ? known[section]! : undefined;
    if (keys === undefined) return [`unknown key ${section.slice(0, 64)}.${suggest(section, SECTIONS)}`];
    if (!keys.includes(key)) return [`unknown key ${name}.${suggest(key, keys)}`];
    // Sent back as it was read: nothing to do.
    if (JSON.stringify(value) === JSON.stringify(readValue(this.view(), section, key))) return [];
    if (section === 'server' && !OPEN_SERVER_KEYS.includes(key))
      return [`${name} is only taken from ${this.#o.config.configFile}: change it there and restart ttsd`];
    if (value === undefined || (typeof value === 'object' && value !== null))
      return [`${name} must be a single value, got ${JSON.stringify(value)?.slice(0, 80)}`];
    wish.changes.push(change);
    return this.#checkMeaning(name, value);
  }

  #checkMeaning(name: string, value: unknown): string[] {
    const { voices, formats } = this.#o;
    if (name === 'audio_output.format' && value === 'aac' && !formats.includes('aac'))
      return [`${name}: aac needs ffmpeg, and the daemon finds none on its PATH`];
    if (name !== 'tts_engine.default_voice_id' || typeof value !== 'string' || value === '') return [];
    try {
      voices.resolve(value);
      return [];
    } catch (error) {
      return [`${name}: ${(error as Error).message}`];
    }
  }

  /** That server's choice of a model: here the voice decides which model speaks. */
  #checkModel(value: unknown, wish: Wish): string[] {
    const { voices, models, config } = this.#o;
    const { model } = voices.resolve(config.tts_engine.default_voice_id || voices.defaultVoice.id).voice;
    if (value === model) {
      wish.ignored.push('model.repo_id');
      return [];
    }
    return [
      typeof value === 'string' && models.has(value)
        ? `model.repo_id: the model follows from the voice; set tts_engine.default_voice_id to a voice of ${value}`
        : `model.repo_id: there is no model ${JSON.stringify(value)?.slice(0, 100)} here; known: ${[...models.keys()].join(', ')}`,
    ];
  }

  /** What the file says from now on. Nothing is written that the daemon would not start with. */
  async #write(changes: readonly ConfigChange[]): Promise<ConfigSections> {
    const { configFile } = this.#o.config;
    const before = existsSync(configFile) ? readFileSync(configFile, 'utf8') : '';
    try {
      parseConfig(before, configFile);
    } catch (cause) {
      throw invalid([`the file is not in order, and is left as it is: ${(cause as Error).message}`], cause);
    }
    const after = editConfig(before, changes);
    const values = check(after, this.#o.config.dataDir);
    if (after !== before) await replaceFile(configFile, after);
    return values;
  }

  #tell(
    done: string,
    changes: readonly ConfigChange[],
    values: ConfigSections,
    ignored: string[],
  ): SettingsOutcome {
    const { config } = this.#o;
    const names = changes.map(({ section, key }) => `${section}.${key}`);
    const overridden = names.filter((name) => config.overridden.includes(name));
    for (const { section, key } of changes) this.#apply(section, key, readValue(values, section, key));
    const pending = [...this.#pending.keys()];
    const sentences = [
      done,
      pending.length > 0 ? `In force after a restart (tts daemon restart): ${pending.join(', ')}.` : '',
      overridden.length > 0
        ? `Set by the environment or a flag, which go before the file: ${overridden.join(', ')}.`
        : '',
      ignored.length > 0 ? `Without a meaning here: ${ignored.join(', ')}.` : '',
    ];
    return {
      message: sentences.filter((sentence) => sentence !== '').join(' '),
      restart_needed: this.isRestartNeeded,
      ignored,
      overridden,
    };
  }

  #apply(section: string, key: string, value: unknown): void {
    const name = `${section}.${key}`;
    const { config } = this.#o;
    if (config.overridden.includes(name)) return;
    if (isLive(section, key))
      (config as unknown as Record<string, Record<string, unknown>>)[section]![key] = value;
    else if (JSON.stringify(value) === JSON.stringify(readValue(config, section, key)))
      this.#pending.delete(name);
    else this.#pending.set(name, value);
  }
}

function isLive(section: string, key: string): boolean {
  return LIVE.includes(`${section}.${key}`) || LIVE.includes(`${section}.*`);
}

function check(text: string, dataDir: string): ConfigSections {
  try {
    const values = parseConfig(text, 'settings');
    checkAddress({ ...values, dataDir });
    return values;
  } catch (cause) {
    throw invalid([(cause as Error).message.replaceAll('settings: ', '')], cause);
  }
}

function readValue(config: object, section: string, key: string): unknown {
  return (config as Record<string, Record<string, unknown>>)[section]?.[key];
}

function invalid(problems: string[], cause?: unknown): TtsError {
  return new TtsError('settings_invalid', problems.join('\n'), { cause });
}
