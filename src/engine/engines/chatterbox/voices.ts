// The voice of a clip, or the model's own: heard once, then remembered, in memory and on disk.
import { join } from 'node:path';
import type { ReferenceClip } from '../../engine.ts';
import type { ModelManifest } from '../../model/manifest.ts';
import { PREPARATION_VERSION, prepareClip } from './clip.ts';
import { TOKENS_PER_SEC } from './constants.ts';
import type { ChatterboxGraphs, Voice } from './graphs.ts';
import { nameVoice, openVoiceCache } from './voice-cache.ts';

const DEFAULT_FILE = 'default_voice.wav';
/** What the reference asks Turbo's clips to be longer than. */
const ENOUGH_SEC = 5;
/** Voices in memory, each up to 2 MB. */
const MOST_KNOWN = 8;

export type FindVoice = (reference: ReferenceClip | undefined) => Promise<Voice>;

/** `cacheDir`: left out, nothing is kept on disk. */
export function openVoices(
  graphs: ChatterboxGraphs,
  {
    modelDir,
    manifest,
    engineVersion,
    cacheDir,
  }: { modelDir: string; manifest: ModelManifest; engineVersion: number; cacheDir: string | undefined },
): FindVoice {
  const cache = cacheDir === undefined ? undefined : openVoiceCache(cacheDir);
  const own = manifest.files[DEFAULT_FILE];
  /** The last used at the end. */
  const known = new Map<string, Voice>();

  async function hear({ path, sha256 }: ReferenceClip): Promise<Voice> {
    const key = nameVoice(sha256, [manifest.id, manifest.revision, engineVersion, PREPARATION_VERSION]);
    const kept = await cache?.find(key);
    if (kept !== undefined) return kept;
    const voice = await graphs.hear(await prepareClip(path, graphs.layout));
    await cache?.keep(key, voice);
    return voice;
  }

  return async (reference) => {
    if (reference === undefined && own === undefined)
      throw new Error(
        `${manifest.name} has no voice of its own. Give it a clip of the voice that it shall speak with.`,
      );
    const clip = reference ?? { path: join(modelDir, DEFAULT_FILE), sha256: own!.sha256! };
    const voice = known.get(clip.sha256) ?? (await hear(clip));
    known.delete(clip.sha256);
    known.set(clip.sha256, voice);
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
    return voice;
  };
}

/** What is to be said of a clip that was heard; undefined when nothing is. */
export function findFault({ tokens }: Voice, { isTurbo }: { isTurbo: boolean }): string | undefined {
  const sec = tokens.length / TOKENS_PER_SEC;
  if (!isTurbo || sec > ENOUGH_SEC) return undefined;
  return `The reference clip lasts ${sec.toFixed(1)} s; this model knows a voice well from more than ${ENOUGH_SEC} s.`;
}
