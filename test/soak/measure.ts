// What must not grow, however long it runs.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Figures {
  daemonMib: number;
  hostMib: number;
  descriptors: number;
  logMib: number;
  databaseMib: number;
  /** Temporary files that nobody has written to for a minute, nor has open: a long text's result is one while the text renders. */
  staleTemporaryFiles: number;
  chunksMib: number;
  resultsMib: number;
}

export const CEILINGS = {
  daemonMib: 400,
  hostMib: 600,
  descriptors: 400,
  logMib: 80,
  staleTemporaryFiles: 0,
  // The bounds in main.ts and what is written between two looks at them.
  chunksMib: 64 + 64,
  resultsMib: 256 + 256,
} as const satisfies Partial<Figures>;

const MIB = 1024 * 1024;
const STALE_MS = 60_000;
const TEMPORARY = /\.tmp|^backup-|\.part$/;

export async function measure(pid: number, dataDir: string): Promise<Figures> {
  const files = await listFiles(dataDir);
  const open = listOpen(pid);
  const sum = (dir: string) =>
    Math.round(
      files
        .filter(({ path }) => path.startsWith(join(dataDir, dir)))
        .reduce((bytes, file) => bytes + file.bytes, 0) / MIB,
    );
  return {
    daemonMib: readRss(pid),
    hostMib: Math.max(0, ...listChildren(pid).map(readRss)),
    descriptors: count(`/proc/${pid}/fd`),
    logMib: readMib(join(dataDir, 'ttsd.db-wal')),
    databaseMib: readMib(join(dataDir, 'ttsd.db')),
    staleTemporaryFiles: files.filter(
      ({ name, path, changedMs }) =>
        TEMPORARY.test(name) && Date.now() - changedMs > STALE_MS && !open.has(path),
    ).length,
    chunksMib: sum('chunks'),
    resultsMib: sum('results'),
  };
}

async function listFiles(dataDir: string) {
  const names = (await readdir(dataDir, { recursive: true }).catch(() => [])) as string[];
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(dataDir, name);
      const found = await stat(path).catch(() => undefined);
      return found?.isFile()
        ? [{ path, name: name.split('/').at(-1)!, bytes: found.size, changedMs: found.mtimeMs }]
        : [];
    }),
  );
  return files.flat();
}

function listOpen(pid: number): Set<string> {
  const dir = `/proc/${pid}/fd`;
  const paths = (fd: string) => {
    try {
      return [readlinkSync(join(dir, fd))];
    } catch {
      // Closed meanwhile.
      return [];
    }
  };
  return new Set(readdirSync(dir).flatMap(paths));
}

function readRss(pid: number): number {
  try {
    return Math.round(
      Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    );
  } catch {
    return 0;
  }
}

function listChildren(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function count(dir: string): number {
  try {
    return readdirSync(dir).length;
  } catch {
    return 0;
  }
}

function readMib(file: string): number {
  return Math.round((statSync(file, { throwIfNoEntry: false })?.size ?? 0) / MIB);
}
