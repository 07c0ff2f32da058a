// What clients can do with voices: add, change and remove their own. Looked up in the registry, never in a path.
import { unlink } from 'node:fs/promises';
import { invalidField, TtsError } from '../../api/errors.ts';
import type { ChangeVoiceBody, NewVoiceBody, Voice, VoiceDefaults } from '../../api/voices.ts';
import { BadAudio } from '../../engine/audio/decode/decoded-audio.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import { chooseCloner } from '../../engine/voice/choose-cloner.ts';
import { findClipHash } from '../../engine/voice/clip-speaker.ts';
import type { OwnVoice } from '../../engine/voice/own-voice.ts';
import type { ListedVoice, ResolvedVoice, VoiceRegistry } from '../../engine/voice/registry.ts';
import type { Config } from '../config.ts';
import type { MadeClip } from './clip-protocol.ts';
import { cleanFileName, makeId } from './file-names.ts';
import { makeClipInThread } from './make-clip.ts';
import type { OwnVoiceFiles } from './own-voices.ts';
import { toStorageError } from './storage-error.ts';

/** Longer ones hold nothing more that cloning could use. */
export const MAX_REFERENCE_SEC = 30;
const MAX_SEC = { reference: MAX_REFERENCE_SEC, clip: 120 };

export interface VoicesOptions {
  config: Config;
  voices: VoiceRegistry;
  ownVoices: OwnVoiceFiles;
  models: ReadonlyMap<string, { info: ModelInfo }>;
  /** Removes the clips that nobody needs any more. */
  sweepClips: () => Promise<void>;
}

/** A file that has been received; whoever received it removes it. */
export interface UploadedFile {
  path: string;
  /** As the client calls it. */
  name: string;
}

export class Voices {
  readonly #o: VoicesOptions;

  constructor(options: VoicesOptions) {
    this.#o = options;
  }

  list(): Voice[] {
    return this.#o.voices.list().map((listed) => viewVoice(listed, this.#o.models));
  }

  /** Throws `voice_not_found`. */
  find(name: string): Voice {
    const { voice } = this.#o.voices.resolve(name);
    return this.list().find(({ id }) => id === voice.id)!;
  }

  /** Names of the clips for `voice_mode: clone`, sorted. */
  listReferences(): string[] {
    return this.#o.ownVoices
      .list()
      .filter(({ kind }) => kind === 'reference')
      .map((voice) => voice.file_name ?? voice.id)
      .sort();
  }

  /** Throws `clip_unusable` when the clip of that name, if there is one, is missing or damaged on disk. */
  async checkClip(name: string): Promise<void> {
    const clip = this.#o.voices.resolveClip(name)?.own?.clip;
    if (clip) await this.#o.ownVoices.locate(clip.sha256);
  }

  /** With a file it speaks like the clip in it. Throws `voice_exists`, `clip_unusable`, or what is wrong with a field. */
  async create(body: NewVoiceBody, file?: UploadedFile): Promise<Voice> {
    const name = checkName(body.name);
    const base = this.#resolveBase(body.based_on);
    const defaults = { ...base.own?.defaults, ...body.defaults };
    const basedOn = base.own?.based_on ?? base.voice.id;
    const describe = (clip: OwnVoice['clip'], kind: OwnVoice['kind']): OwnVoice => {
      this.#checkDefaults(defaults, clip, base);
      if (kind !== 'reference') this.#checkFree(name);
      return {
        id: makeId(name, (id) => this.#isTaken(id, { orAlias: kind === 'reference' })),
        name,
        kind,
        based_on: basedOn,
        description: body.description ?? '',
        file_name: null,
        clip,
        defaults,
        ...(file === undefined && takeOver(base.own ?? {})),
        ...describeConsent(body),
        created_at: new Date().toISOString(),
      };
    };
    const { ownVoices } = this.#o;
    if (file === undefined) {
      if (body.kind !== undefined)
        throw invalidField('kind', 'is for a voice with a clip; send the file as well');
      return this.find((await ownVoices.add(() => describe(base.own?.clip ?? null, 'preset'))).id);
    }
    const kind = body.kind ?? 'clip';
    const how = { maxSec: MAX_SEC[kind], mayCut: true };
    return this.#withClip(file, how, async (clip, path) => {
      const same = kind === 'reference' && this.#findSame(clip);
      return this.find(same ? same.id : (await ownVoices.add(() => describe(clip, kind), path)).id);
    });
  }

  /** What is left out stays. Throws `voice_built_in`, `voice_exists` or `voice_not_found`. */
  async change(id: string, body: ChangeVoiceBody): Promise<Voice> {
    const { own } = this.#resolveOwn(id);
    const base = body.based_on === undefined ? undefined : this.#resolveBase(body.based_on);
    await this.#o.ownVoices.change(own.id, (voice) => {
      const name = body.name === undefined ? voice.name : checkName(body.name);
      if (name !== voice.name) this.#checkFree(name, voice.id);
      const defaults = body.defaults ?? voice.defaults;
      this.#checkDefaults(defaults, voice.clip, base ?? this.#o.voices.resolve(voice.id));
      return {
        ...voice,
        name,
        description: body.description ?? voice.description,
        based_on: base === undefined ? voice.based_on : (base.own?.based_on ?? base.voice.id),
        defaults,
        ...describeConsent(body),
      };
    });
    return this.find(own.id);
  }

  /** Jobs that were accepted with it keep what they need: in their spec, and its clip on disk. Throws `voice_built_in`, `voice_in_use` or `voice_not_found`. */
  async remove(id: string): Promise<void> {
    const { own } = this.#resolveOwn(id);
    const standard = this.#o.config.tts_engine.default_voice_id;
    if (standard && this.#o.voices.resolve(standard).voice.id === own.id) {
      throw new TtsError(
        'voice_in_use',
        `${own.name} is the default voice (tts_engine.default_voice_id). Choose another there first.`,
      );
    }
    await this.#o.ownVoices.remove(own.id);
    // What fails here is made up for by the next sweep.
    await this.#o.sweepClips().catch(() => {});
  }

  /** A clip as clients of Chatterbox-TTS-Server upload it. Answers the name to ask for it by; a name that is there already is left as it is. */
  async takeUpload(file: UploadedFile, kind: 'reference' | 'clip'): Promise<string> {
    const name = cleanFileName(file.name);
    if (name === undefined) throw new BadAudio('has no usable name; use letters and digits');
    const existing = this.#findUploaded(name, kind);
    if (existing !== undefined) return existing;
    const { ownVoices, voices } = this.#o;
    let meanwhile: string | undefined;
    return this.#withClip(file, { maxSec: MAX_SEC[kind], mayCut: false }, async (clip, path) => {
      const describe = (): OwnVoice => {
        meanwhile = this.#findUploaded(name, kind);
        if (meanwhile !== undefined) throw new AlreadyThere();
        return {
          id: makeId(name, (id) => this.#isTaken(id, { orAlias: kind === 'reference' })),
          name: nameForPeople(file.name) || name,
          kind,
          based_on: this.#chooseStandIn(name, voices),
          description: '',
          file_name: name,
          clip,
          defaults: {},
          created_at: new Date().toISOString(),
        };
      };
      try {
        return (await ownVoices.add(describe, path)).file_name!;
      } catch (error) {
        if (error instanceof AlreadyThere) return meanwhile!;
        throw error;
      }
    });
  }

  async #withClip<T>(
    file: UploadedFile,
    how: { maxSec: number; mayCut: boolean },
    act: (clip: NonNullable<OwnVoice['clip']>, path: string) => Promise<T>,
  ): Promise<T> {
    const target = await this.#o.ownVoices.makeTempPath();
    try {
      const made: MadeClip = await makeClipInThread({ source: file.path, target, ...how });
      const clip = {
        sha256: made.sha256,
        original_name: file.name.toWellFormed().slice(0, 200),
        bytes: made.bytes,
        duration_sec: Math.round(made.durationSec * 1000) / 1000,
        sample_rate: made.sampleRateHz,
        source_sha256: made.sourceSha256,
        ...(made.isCut && { is_cut: true }),
      };
      return await act(clip, target);
    } catch (error) {
      throw toStorageError(error, 'The clip');
    } finally {
      await unlink(target).catch(() => {});
    }
  }

  #findReference(fileName: string): OwnVoice | undefined {
    return this.#o.ownVoices
      .list()
      .find(
        (voice) => voice.kind === 'reference' && voice.file_name?.toLowerCase() === fileName.toLowerCase(),
      );
  }

  /** The clip that is for cloning alone with the very same sound. */
  #findSame({ sha256 }: { sha256: string }): OwnVoice | undefined {
    return this.#o.ownVoices.list().find(({ kind, clip }) => kind === 'reference' && clip?.sha256 === sha256);
  }

  #findUploaded(name: string, kind: 'reference' | 'clip'): string | undefined {
    if (kind === 'reference') return this.#findReference(name)?.file_name ?? undefined;
    const found = this.#lookUp(name);
    if (found === undefined || found.alias !== null || found.own?.kind === 'reference') return undefined;
    const listed = found.own?.file_name ?? null;
    if (listed === null) return found.voice.id;
    return listed.toLowerCase() === name.toLowerCase() ? listed : undefined;
  }

  /** An uploaded `Emily.wav` is spoken by whoever spoke as Emily before. */
  #chooseStandIn(name: string, voices: VoiceRegistry): string {
    const found = this.#lookUp(name);
    if (found !== undefined && found.alias !== null) return found.voice.id;
    const { own, voice } = this.#resolveBase(undefined);
    return own?.based_on ?? voice.id ?? voices.defaultVoice.id;
  }

  #resolveBase(name: string | undefined): ResolvedVoice {
    const { voices, config } = this.#o;
    try {
      return voices.resolve(name ?? (config.tts_engine.default_voice_id || voices.defaultVoice.id));
    } catch (error) {
      if (!(error instanceof TtsError) || name === undefined) throw error;
      throw new TtsError(error.code, `based_on: ${error.message}`, { cause: error });
    }
  }

  #resolveOwn(name: string): { own: OwnVoice } {
    const { voice, own, alias } = this.#o.voices.resolve(name);
    if (own !== null) return { own };
    const what =
      alias === null
        ? `${voice.id} ships with ttsd`
        : `${alias} is a name of ${voice.id}, which ships with ttsd`;
    throw new TtsError(
      'voice_built_in',
      `${what}: it can neither be changed nor removed. Make one of your own: tts voices add, or POST /v1/voices.`,
    );
  }

  #lookUp(name: string): ResolvedVoice | undefined {
    try {
      return this.#o.voices.resolve(name);
    } catch {
      return undefined;
    }
  }

  /** An alias of a shipped voice may be taken over, the voice itself not. */
  #checkFree(name: string, exceptId?: string): void {
    const found = this.#lookUp(name);
    if (found === undefined || found.alias !== null || found.voice.id === exceptId) return;
    throw new TtsError(
      'voice_exists',
      `There is a voice ${JSON.stringify(name)} already (${found.voice.id}). Choose another name.`,
    );
  }

  #isTaken(id: string, { orAlias = false } = {}): boolean {
    const found = this.#lookUp(id);
    if (found !== undefined) return orAlias || found.alias === null;
    return this.#o.ownVoices.list().some((voice) => voice.id === id);
  }

  #checkDefaults(defaults: VoiceDefaults, clip: OwnVoice['clip'], { voice }: ResolvedVoice): void {
    const models = [...this.#o.models.values()].map(({ info }) => info);
    const cloner =
      clip === null
        ? undefined
        : chooseCloner(models, {
            basedOn: voice.model,
            language: voice.language,
            durationSec: clip.duration_sec,
          });
    const model = cloner ?? this.#o.models.get(voice.model)?.info;
    for (const name of Object.keys(defaults)) {
      if (name !== 'speed' && !model?.parameters.includes(name))
        throw invalidField(
          `defaults.${name}`,
          `the model ${model?.id ?? voice.model} of voice ${voice.id} has no ${name}`,
        );
    }
  }
}

class AlreadyThere extends Error {}

/** What a preset takes over from the voice with a clip that it is made of. */
function takeOver({ licence, consent_at }: Partial<OwnVoice>) {
  return { ...(licence !== undefined && { licence }), ...(consent_at !== undefined && { consent_at }) };
}

function describeConsent({ licence, consent }: Partial<NewVoiceBody>) {
  return {
    ...(licence !== undefined && { licence: licence.trim() }),
    ...(consent === true && { consent_at: new Date().toISOString() }),
  };
}

function describeLength(clip: OwnVoice['clip'], cloner: ModelInfo | undefined): string | null {
  const { min = 0, max = Number.POSITIVE_INFINITY } = cloner?.manifest.clipSec ?? {};
  if (clip === null) return null;
  const notes = [
    ...(clip.is_cut ? [`Of the file the first ${Math.round(clip.duration_sec)} s were kept.`] : []),
    ...(clip.duration_sec <= min
      ? [`${cloner!.id} needs more than ${min} s, and the clip has ${clip.duration_sec} s.`]
      : []),
    ...(clip.duration_sec > max ? [`${cloner!.id} hears the first ${max} s of the clip.`] : []),
  ];
  return notes.join(' ') || null;
}

function viewVoice({ voice, aliases, own }: ListedVoice, models: VoicesOptions['models']): Voice {
  const cloner = findClipHash(voice.speaker) === undefined ? undefined : models.get(voice.model)?.info;
  return {
    id: voice.id,
    name: voice.name,
    kind: own?.kind ?? 'built_in',
    model: voice.model,
    language: voice.language,
    gender: voice.gender,
    description: voice.description,
    aliases: own?.file_name ? [...aliases, own.file_name] : aliases,
    based_on: own?.based_on ?? null,
    defaults: own?.defaults ?? {},
    clip: own?.clip ?? null,
    cloned_by: cloner?.id ?? null,
    clip_note: describeLength(own?.clip ?? null, cloner),
    licence: own?.licence ?? null,
    consent_at: own?.consent_at ?? null,
    preview_url: `/v1/voices/${voice.id}/preview`,
  };
}

/** The user's own words, in whatever script; the extension says nothing about a voice. */
function nameForPeople(fileName: string): string {
  const base = fileName
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\.[A-Za-z0-9]{1,8}$/, '');
  return base
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 100)
    .toWellFormed();
}

function checkName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw invalidField('name', 'is empty; give the voice a name');
  if (/\p{Cc}/u.test(trimmed) || !trimmed.isWellFormed())
    throw invalidField('name', 'holds control characters or half of one; use letters');
  return trimmed;
}
