// The voices a user can name: shipped voice files, the user's own, and the aliases that clients of other servers send.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { TtsError } from '../../api/errors.ts';
import { findNearest } from '../../api/nearest.ts';
import type { ModelInfo } from '../model/shelf.ts';
import { blendVoices } from './blend-voices.ts';
import { chooseCloner, findLanguage } from './choose-cloner.ts';
import { nameClipSpeaker } from './clip-speaker.ts';
import { listModelVoices } from './model-voices.ts';
import type { OwnVoice } from './own-voice.ts';
import { preferFaster } from './prefer-faster.ts';

const VoiceFile = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9_-]{1,64}$' }),
    name: Type.String({ minLength: 1 }),
    model: Type.String(),
    speaker: Type.String(),
    language: Type.String(),
    gender: Type.Enum(['female', 'male', 'neutral']),
    description: Type.String(),
    licence: Type.String(),
  },
  { additionalProperties: false },
);
export type VoiceFile = Static<typeof VoiceFile>;

const AliasFile = Type.Object({ default: Type.String(), aliases: Type.Record(Type.String(), Type.String()) });

const voiceFile = Compile(VoiceFile);
const aliasFile = Compile(AliasFile);

export interface ResolvedVoice {
  /** Of an own voice: its id and name, with the model and speaker that speak it. */
  voice: VoiceFile;
  /** The name that was asked for, when it was an alias. */
  alias: string | null;
  own: OwnVoice | null;
}

/** What else was asked for: it decides which model speaks with the voice of a clip. */
export interface VoiceWish {
  model?: string | undefined;
  /** BCP 47. */
  language?: string | undefined;
}

export interface ListedVoice {
  voice: VoiceFile;
  aliases: string[];
  own: OwnVoice | null;
}

export interface VoiceRegistry {
  readonly defaultVoice: VoiceFile;
  /** Those that ship first, then the user's own. */
  list(): ListedVoice[];
  /** Finds a voice by id, name, file name or alias, ignoring case and a `.wav` ending. Throws `voice_not_found` with the nearest name. */
  resolve(name: string, wish?: VoiceWish): ResolvedVoice;
  /** Finds a voice that has a clip, those for cloning alone first, by file name, id or name. */
  resolveClip(name: string, wish?: VoiceWish): ResolvedVoice | undefined;
}

/** The user's own voices, which come and go while the daemon runs. */
export interface OwnVoices {
  /** The very same array as long as nothing has changed. */
  list(): readonly OwnVoice[];
}

/** The models that are here, which come and go likewise. */
export interface SpeakingModels {
  /** The very same map as long as nothing has changed. */
  readonly models: ReadonlyMap<string, ModelInfo>;
}

const NO_OWN_VOICES: OwnVoices = { list: () => [] };

/**
 * Reads every voice file of a folder; throws naming the file when one is not a voice. Speakers of the shelf's models that no
 * file names are voices under their own names.
 */
export async function openVoices(
  dir: string,
  ownVoices: OwnVoices = NO_OWN_VOICES,
  shelf: SpeakingModels = { models: new Map() },
): Promise<VoiceRegistry> {
  const files = new Map<string, VoiceFile>();
  for (const file of (await readdir(dir))
    .filter((name) => name.endsWith('.json') && name !== 'aliases.json')
    .sort()) {
    const parsed: unknown = JSON.parse(await readFile(join(dir, file), 'utf8'));
    if (!voiceFile.Check(parsed))
      throw new Error(`${join(dir, file)} is not a voice: ${describe(voiceFile.Errors(parsed))}`);
    files.set(parsed.id, parsed);
  }
  const aliasPath = join(dir, 'aliases.json');
  const parsed: unknown = JSON.parse(await readFile(aliasPath, 'utf8'));
  if (!aliasFile.Check(parsed)) throw new Error(`${aliasPath}: ${describe(aliasFile.Errors(parsed))}`);
  const getShipped = (id: string) => {
    const voice = files.get(id);
    if (voice === undefined) throw new Error(`${aliasPath} names the voice ${id}, which has no file`);
    return voice;
  };
  const aliases = Object.entries(parsed.aliases).map(([alias, id]) => ({ alias, voice: getShipped(id) }));
  const defaultVoice = getShipped(parsed.default);
  let shipped: { of: SpeakingModels['models']; voices: ReadonlyMap<string, VoiceFile> } | undefined;
  let known:
    | { own: readonly OwnVoice[]; voices: ReadonlyMap<string, VoiceFile>; names: Map<string, ResolvedVoice> }
    | undefined;

  /** Those with a file first, then the speakers of the models. */
  function getVoices(): ReadonlyMap<string, VoiceFile> {
    const { models } = shelf;
    if (shipped?.of !== models) {
      const voices = new Map(files);
      const brought = listModelVoices(preferFaster(models.values()), [...files.values()]);
      for (const voice of brought) voices.set(voice.id, voice);
      shipped = { of: models, voices };
    }
    return shipped.voices;
  }

  function getNames(): Map<string, ResolvedVoice> {
    const own = ownVoices.list();
    const voices = getVoices();
    if (known?.own !== own || known.voices !== voices) known = { own, voices, names: nameAll(own, voices) };
    return known.names;
  }

  /**
   * What is named twice belongs to the first: shipped voices, own ones, those of models (which may come later than an own one),
   * aliases, clips that are only for cloning.
   */
  function nameAll(
    own: readonly OwnVoice[],
    voices: ReadonlyMap<string, VoiceFile>,
  ): Map<string, ResolvedVoice> {
    const names = new Map<string, ResolvedVoice>();
    const add = (name: string, resolved: ResolvedVoice) => {
      if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), resolved);
    };
    const addOwn = (some: readonly OwnVoice[]) => {
      const resolved = some.map((one) => ({ voice: speakAs(one), alias: null, own: one }));
      // File names first: of `anna.mp3` and `anna.wav` each is found by its own.
      for (const one of resolved) if (one.own.file_name !== null) add(one.own.file_name, one);
      for (const one of resolved) add(one.voice.id, one);
      for (const one of resolved) add(one.voice.name, one);
    };
    for (const voice of files.values()) add(voice.id, { voice, alias: null, own: null });
    addOwn(own.filter(({ kind }) => kind !== 'reference'));
    for (const voice of voices.values()) add(voice.id, { voice, alias: null, own: null });
    for (const { alias, voice } of aliases) add(fold(alias), { voice, alias, own: null });
    addOwn(own.filter(({ kind }) => kind === 'reference'));
    return names;
  }

  /** With a clip by a model that clones, if there is one; else by the voice that it is based on. */
  function speakAs({ id, name, description, based_on, clip }: OwnVoice, wish: VoiceWish = {}): VoiceFile {
    const base = getVoices().get(based_on) ?? defaultVoice;
    const language = wish.language || base.language;
    const cloner =
      clip === null
        ? undefined
        : chooseCloner(shelf.models.values(), {
            model: wish.model,
            basedOn: base.model,
            language,
            durationSec: clip.duration_sec,
          });
    if (clip === null || cloner === undefined) return { ...base, id, name, description };
    return {
      id,
      name,
      description,
      model: cloner.id,
      speaker: nameClipSpeaker(clip.sha256),
      language: findLanguage(cloner, language) ?? cloner.languages[0]!,
      // Nobody has said who speaks in it.
      gender: 'neutral',
      licence: 'NOASSERTION',
    };
  }

  function wishFor(found: ResolvedVoice, wish: VoiceWish | undefined): ResolvedVoice {
    const { own } = found;
    return wish === undefined || own === null || own.clip === null
      ? found
      : { ...found, voice: speakAs(own, wish) };
  }

  return {
    defaultVoice,
    list() {
      const names = getNames();
      const isFree = (alias: string) => names.get(fold(alias))?.alias === alias;
      return [
        ...[...getVoices().values()].map((voice) => ({
          voice,
          aliases: aliases
            .filter((one) => one.voice === voice && isFree(one.alias))
            .map(({ alias }) => alias),
          own: null,
        })),
        ...ownVoices.list().map((own) => ({ voice: speakAs(own), aliases: [], own })),
      ];
    },
    resolve(name, wish) {
      const names = getNames();
      const found = names.get(name.toLowerCase()) ?? names.get(fold(name));
      if (found !== undefined) return found.alias === null ? wishFor(found, wish) : { ...found, alias: name };
      const blend = blendVoices(name, (part) => getVoices().get(fold(part)), shelf.models);
      if (blend !== undefined) return { voice: blend, alias: null, own: null };
      throw new TtsError(
        'voice_not_found',
        `There is no voice ${JSON.stringify(name.slice(0, 100))}.${suggest(name, [...names.keys()])} See: tts voices`,
      );
    },
    resolveClip(name, wish) {
      const lower = name.toLowerCase();
      const clips = ownVoices.list().filter(({ clip }) => clip !== null);
      const own =
        clips.find(({ kind, file_name }) => kind === 'reference' && file_name?.toLowerCase() === lower) ??
        clips.find(({ id, name, file_name }) =>
          [file_name?.toLowerCase(), id, name.toLowerCase()].includes(lower),
        );
      return own && { voice: speakAs(own, wish), alias: null, own };
    },
  };
}

function fold(name: string): string {
  return name.toLowerCase().replace(/\.wav$/, '');
}

function suggest(name: string, known: string[]): string {
  const nearest = findNearest(name, known, Math.min(3, name.length / 2));
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}

function describe(errors: { instancePath: string; message: string }[]): string {
  return errors.map((error) => `${error.instancePath || 'file'} ${error.message}`).join(', ');
}
