// Whoever deletes the socket or the note of where it is (a cleaner of old files, say) would lock everybody out: both are made again.
import { existsSync } from 'node:fs';
import type { Logger } from 'pino';

const LOOK_EVERY_MS = 3000;

export interface Doors {
  /** Paths that must be there. */
  listPaths(): string[];
  /** Makes again what is missing. */
  reopen(): Promise<void>;
  log: Logger;
}

/** Answers a function that stops it. */
export function stayReachable({ listPaths, reopen, log }: Doors): () => void {
  let isReopening = false;
  const look = async () => {
    const missing = listPaths().filter((path) => !existsSync(path));
    if (missing.length === 0 || isReopening) return;
    isReopening = true;
    log.warn({ missing }, 'deleted while running; made again');
    await reopen().catch((error: unknown) => log.error({ err: error }, 'could not be made again'));
    isReopening = false;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
