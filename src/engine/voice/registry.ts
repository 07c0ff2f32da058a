// The voices a user can name: shipped voice files and the aliases that clients of other servers send.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { TtsError } from '../../api/errors.ts';

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
  voice: VoiceFile;
  /** The name that was asked for, when it was an alias. */
  alias: string | null;
}

export interface VoiceRegistry {
  readonly defaultVoice: VoiceFile;
  list(): { voice: VoiceFile; aliases: string[] }[];
  /** Finds a voice by id or alias, ignoring case and a `.wav` ending. Throws `voice_not_found` with the nearest name. */
  resolve(name: string): ResolvedVoice;
}

/** Reads every voice file of a folder; throws naming the file when one is not a voice. */
export async function openVoices(dir: string): Promise<VoiceRegistry> {
  const voices = new Map<string, VoiceFile>();
  for (const file of (await readdir(dir))
    .filter((name) => name.endsWith('.json') && name !== 'aliases.json')
    .sort()) {
    const parsed: unknown = JSON.parse(await readFile(join(dir, file), 'utf8'));
    if (!voiceFile.Check(parsed))
      throw new Error(`${join(dir, file)} is not a voice: ${describe(voiceFile.Errors(parsed))}`);
    voices.set(parsed.id, parsed);
  }
  const aliasPath = join(dir, 'aliases.json');
  const parsed: unknown = JSON.parse(await readFile(aliasPath, 'utf8'));
  if (!aliasFile.Check(parsed)) throw new Error(`${aliasPath}: ${describe(aliasFile.Errors(parsed))}`);
  const getShipped = (id: string) => {
    const voice = voices.get(id);
    if (voice === undefined) throw new Error(`${aliasPath} names the voice ${id}, which has no file`);
    return voice;
  };
  const aliases = new Map(Object.entries(parsed.aliases).map(([alias, id]) => [fold(alias), getShipped(id)]));

  return {
    defaultVoice: getShipped(parsed.default),
    list: () =>
      [...voices.values()].map((voice) => ({
        voice,
        aliases: Object.keys(parsed.aliases).filter((alias) => parsed.aliases[alias] === voice.id),
      })),
    resolve(name) {
      const voice = voices.get(fold(name));
      if (voice !== undefined) return { voice, alias: null };
      const aliased = aliases.get(fold(name));
      if (aliased !== undefined) return { voice: aliased, alias: name };
      throw new TtsError(
        'voice_not_found',
        `There is no voice ${JSON.stringify(name.slice(0, 100))}.${suggest(name, [...voices.keys(), ...Object.keys(parsed.aliases)])} See: tts voices`,
      );
    },
  };
}

function fold(name: string): string {
  return name.toLowerCase().replace(/\.wav$/, '');
}

function suggest(name: string, known: string[]): string {
  if (name.length > 100) return '';
  const nearest = closest(name.toLowerCase(), known);
  return distance(name.toLowerCase(), nearest.toLowerCase()) <= 3 ? ` Did you mean ${nearest}?` : '';
}

function describe(errors: { instancePath: string; message: string }[]): string {
  return errors.map((error) => `${error.instancePath || 'file'} ${error.message}`).join(', ');
}
