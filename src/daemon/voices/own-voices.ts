// The user's own voices on disk: a JSON file each in <data dir>/voices, their clips beside them under their SHA-256.
// A file that somebody puts there by hand is found too, without a restart.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { TtsError } from '../../api/errors.ts';
import { type OwnVoice, parseOwnVoice } from '../../engine/voice/own-voice.ts';
import type { OwnVoices } from '../../engine/voice/registry.ts';
import { makeSyncedDirectory, syncDirectory } from '../inference/sync-directory.ts';
import { toStorageError } from './storage-error.ts';

const TEMP = '.tmp-';
const CLIP_NAME = /^[0-9a-f]{64}\.wav$/;
const LIMITS = { voices: 1000, clipBytes: 2 * 1024 ** 3 };

export class OwnVoiceFiles implements OwnVoices {
  readonly #dir: string;
  readonly #clipsDir: string;
  readonly #log: Logger;
  #voices: { voice: OwnVoice; file: string }[] = [];
  #list: readonly OwnVoice[] = [];
  /** Of the directory when it was read. */
  #readAtMs: number | undefined;
  #hasBadFile = false;
  #turn: Promise<unknown> = Promise.resolve();
  /** Clips that were found to be what they are called, with the time and size of their files then. */
  readonly #checked = new Map<string, string>();

  private constructor(dir: string, log: Logger) {
    this.#dir = dir;
    this.#clipsDir = join(dir, 'clips');
    this.#log = log;
  }

  /** Makes the directory and sweeps what an interrupted upload left behind. */
  static async open(dir: string, log: Logger): Promise<OwnVoiceFiles> {
    const voices = new OwnVoiceFiles(dir, log);
    await makeSyncedDirectory(voices.#clipsDir);
    voices.#read();
    await voices.#sweep();
    return voices;
  }

  list(): readonly OwnVoice[] {
    if (statSync(this.#dir, { throwIfNoEntry: false })?.mtimeMs !== this.#readAtMs) this.#read();
    return this.#list;
  }

  /** A free path on the same disk, for what is not a voice yet. */
  async makeTempPath(): Promise<string> {
    await makeSyncedDirectory(this.#clipsDir);
    return join(this.#clipsDir, TEMP + randomUUID());
  }

  /**
   * Takes turns with other changes, so that `make` decides by what is there; what it throws is thrown. `clipFile` is the clip that
   * the voice names, at a temporary path: it is moved into place first. On disk, synced, when this resolves.
   */
  add(make: (present: readonly OwnVoice[]) => OwnVoice, clipFile?: string): Promise<OwnVoice> {
    return this.#takeTurn(async () => {
      const voice = make(this.list());
      this.#checkRoom(voice);
      if (voice.clip !== null && clipFile !== undefined) {
        await rename(clipFile, this.#getClipPath(voice.clip.sha256));
        await syncDirectory(this.#clipsDir);
      }
      await this.#write(`${voice.kind}-${voice.id}.json`, voice);
      return voice;
    });
  }

  /** Throws `voice_not_found` when it is gone by now. */
  change(id: string, make: (voice: OwnVoice, present: readonly OwnVoice[]) => OwnVoice): Promise<OwnVoice> {
    return this.#takeTurn(async () => {
      const { voice, file } = this.#find(id);
      const changed = make(voice, this.#list);
      await this.#write(file, changed);
      return changed;
    });
  }

  /** The clip stays until `sweepClips` finds that nobody needs it. */
  remove(id: string): Promise<void> {
    return this.#takeTurn(async () => {
      const { file } = this.#find(id);
      await unlink(join(this.#dir, file));
      await syncDirectory(this.#dir);
      this.#read();
    });
  }

  /** Removes the clips that no voice has and no job needs, and answers which they were. */
  sweepClips(isNeeded: (sha256: string) => Promise<boolean>): Promise<string[]> {
    return this.#takeTurn(async () => {
      // Where a file could not be read, any clip may be that one's.
      if (this.#hasBadFile) return [];
      const removed: string[] = [];
      for (const name of (await readdir(this.#clipsDir)).filter((one) => CLIP_NAME.test(one))) {
        const sha256 = name.slice(0, 64);
        if (this.list().some(({ clip }) => clip?.sha256 === sha256) || (await isNeeded(sha256))) continue;
        await unlink(join(this.#clipsDir, name)).catch(ignoreMissing);
        this.#checked.delete(sha256);
        removed.push(sha256);
      }
      return removed;
    });
  }

  /** Where the clip lies. Throws `clip_unusable` when it is gone or no longer what was uploaded. */
  async locate(sha256: string): Promise<string> {
    const path = this.#getClipPath(sha256);
    const status = await stat(path).catch(ignoreMissing);
    const seen = status && `${status.mtimeMs} ${status.size}`;
    if (seen !== undefined && (this.#checked.get(sha256) === seen || (await hash(path)) === sha256)) {
      this.#checked.set(sha256, seen);
      return path;
    }
    throw new TtsError(
      'clip_unusable',
      `The recording that is to be spoken like (${sha256.slice(0, 12)}…) is missing or damaged on disk. Upload it again; for a job that failed by it, then: tts retry ID`,
    );
  }

  #getClipPath(sha256: string): string {
    return join(this.#clipsDir, `${sha256}.wav`);
  }

  #find(id: string) {
    this.list();
    const found = this.#voices.find(({ voice }) => voice.id === id);
    if (found !== undefined) return found;
    throw new TtsError('voice_not_found', `There is no voice ${id} any more. See: tts voices`);
  }

  #checkRoom({ clip }: OwnVoice): void {
    const bytes = this.#list.reduce((sum, voice) => sum + (voice.clip?.bytes ?? 0), clip?.bytes ?? 0);
    if (this.#list.length < LIMITS.voices && bytes <= LIMITS.clipBytes) return;
    throw new TtsError(
      'voices_full',
      `There are ${this.#list.length} voices of your own here with ${Math.round(bytes / 1e6)} MB of clips; at most ${LIMITS.voices} and ${Math.round(LIMITS.clipBytes / 1e6)} MB are kept. Remove some: tts voices rm VOICE`,
    );
  }

  async #takeTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act);
    this.#turn = mine.catch(() => {});
    try {
      return await mine;
    } catch (error) {
      throw toStorageError(error, 'The voice');
    }
  }

  async #write(file: string, voice: OwnVoice): Promise<void> {
    await makeSyncedDirectory(this.#clipsDir);
    const temp = join(this.#dir, TEMP + randomUUID());
    try {
      {
        await using handle = await open(temp, 'wx', 0o600);
        await handle.writeFile(`${JSON.stringify(voice, null, 2)}\n`);
        await handle.sync();
      }
      await rename(temp, join(this.#dir, file));
    } catch (error) {
      await unlink(temp).catch(() => {});
      throw error;
    }
    await syncDirectory(this.#dir);
    this.#read();
  }

  /** A file that is no voice is left alone and told in the log: it must not keep the others from speaking. */
  #read(): void {
    this.#readAtMs = statSync(this.#dir, { throwIfNoEntry: false })?.mtimeMs;
    this.#voices = [];
    this.#hasBadFile = false;
    const files =
      this.#readAtMs === undefined ? [] : readdirSync(this.#dir).filter((name) => name.endsWith('.json'));
    for (const file of files.sort()) {
      try {
        const voice = parseOwnVoice(JSON.parse(readFileSync(join(this.#dir, file), 'utf8')));
        if (this.#voices.some((other) => other.voice.id === voice.id))
          throw new Error(`the id ${voice.id} is there twice`);
        this.#voices.push({ voice, file });
      } catch (error) {
        this.#hasBadFile = true;
        this.#log.warn({ file: join(this.#dir, file), why: (error as Error).message }, 'not a voice');
      }
    }
    this.#list = this.#voices
      .map(({ voice }) => voice)
      .sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0));
  }

  async #sweep(): Promise<void> {
    for (const dir of [this.#dir, this.#clipsDir])
      for (const name of await readdir(dir))
        if (name.startsWith(TEMP)) await unlink(join(dir, name)).catch(ignoreMissing);
  }
}

async function hash(path: string): Promise<string> {
  const sum = createHash('sha256');
  for await (const part of createReadStream(path)) sum.update(part as Buffer);
  return sum.digest('hex');
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
