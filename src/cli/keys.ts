// What the verbs below `tts daemon key` share. Keys are files of this machine: no daemon needs to run.

import { TtsError } from '../api/errors.ts';
import type { ApiKey } from '../api/key-files.ts';
import { getHost } from './find-daemon.ts';
import { findDataDir } from './locate.ts';
import type { Options } from './options.ts';

/** The data directory that holds the keys. Throws `usage` when another daemon is meant. */
export function findKeysHome(options: Options): string {
  const host = getHost(options);
  if (host) {
    throw new TtsError(
      'usage',
      `Keys are made on the machine of the daemon, not over ${host}. Leave --host and TTS_HOST out; TTSD_DATA_DIR says which daemon is meant.`,
    );
  }
  return findDataDir();
}

/** As the user sees it: never the hash. */
export function viewKey({ id, name, createdAt, usedAt }: ApiKey) {
  return {
    id,
    name,
    created_at: new Date(createdAt).toISOString(),
    used_at: usedAt === null ? null : new Date(usedAt).toISOString(),
  };
}
