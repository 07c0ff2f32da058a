// Starts the daemon in the background when none answers, and waits until it serves.
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getLogFile } from '../api/endpoint.ts';
import { TtsError } from '../api/errors.ts';
import { makeDirectory } from '../api/make-directory.ts';
import { getRaw } from './local-get.ts';
import { type Address, findDataDir, findLocal } from './locate.ts';
import { tryLock, unlock } from './start-lock.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/ttsd.js', import.meta.url));
const START_TIMEOUT_MS = 20_000;
const POLL_MS = 40;
const SHOWN_LOG_LINES = 10;
/** How a daemon ends that finds another one in its place. */
const SECOND_EXIT = 69;
const SECOND_SAYS = 'Another ttsd';
/** Exit code of a configuration that the daemon refuses. */
const CONFIG_EXIT = 78;

/** The address of a daemon that serves, started here or by somebody else at the same time. */
export async function startDaemon(): Promise<Address> {
  const dataDir = prepareDataDir();
  const lockFile = join(dataDir, 'starting.lock');
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const address = await findReady();
    if (address) return address;
    if (tryLock(lockFile)) {
      try {
        return (await findReady()) ?? (await launch(dataDir, deadline));
      } finally {
        unlock(lockFile);
      }
    }
    if (Date.now() > deadline) {
      throw new TtsError(
        'daemon_unreachable',
        `Another program has been starting the daemon for ${START_TIMEOUT_MS / 1000} s. Try: tts daemon start`,
      );
    }
    await sleep(POLL_MS);
  }
}

async function launch(dataDir: string, deadline: number): Promise<Address> {
  const errorFile = join(dataDir, 'logs', 'start.log');
  const child = spawnDaemon(errorFile);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  child.once('error', (cause) =>
    reject(describeFailure(`cannot be started: ${cause.message}`, errorFile, dataDir)),
  );
  let exit: number | null | undefined;
  child.once('exit', (code) => {
    exit = code;
  });
  for (;;) {
    const address = await Promise.race([findReady(), failed]);
    if (address) return address;
    // One that another command began, and was broken off, may be on its way still: it is waited for.
    const isSecond = exit === SECOND_EXIT && readLastLines(errorFile).includes(SECOND_SAYS);
    if (exit !== undefined && !isSecond) {
      throw describeFailure(`ended with code ${exit}`, errorFile, dataDir, exit);
    }
    if (Date.now() > deadline) {
      throw describeFailure(`is not ready after ${START_TIMEOUT_MS / 1000} s`, errorFile, dataDir);
    }
    await sleep(POLL_MS);
  }
}

function spawnDaemon(errorFile: string): ChildProcess {
  const errors = openSync(errorFile, 'w', 0o600);
  try {
    const child = spawn(process.execPath, [LAUNCHER], {
      detached: true,
      stdio: ['ignore', 'ignore', errors],
      // The daemon outlives this shell: it must not hold the folder the user happens to be in.
      cwd: '/',
      env: { ...process.env, ...resolvePaths('TTSD_DATA_DIR', 'TTSD_CONFIG') },
    });
    child.unref();
    return child;
  } finally {
    closeSync(errors);
  }
}

function resolvePaths(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] ? [[name, resolve(process.env[name])]] : [])),
  );
}

async function findReady(): Promise<Address | undefined> {
  const address = await findLocal();
  if (!address) return undefined;
  const answer = await getRaw(address, '/readyz').catch(() => undefined);
  return answer?.status === 200 ? address : undefined;
}

function prepareDataDir(): string {
  const dataDir = findDataDir();
  try {
    makeDirectory(join(dataDir, 'logs'));
    accessSync(dataDir, constants.W_OK);
  } catch (cause) {
    throw new TtsError(
      'data_dir_unusable',
      `The data folder ${dataDir} cannot be written: ${(cause as Error).message}. Make it yours, or set TTSD_DATA_DIR to another.`,
      { cause },
    );
  }
  return dataDir;
}

function describeFailure(what: string, errorFile: string, dataDir: string, exit?: number | null): TtsError {
  const said = readLastLines(errorFile) || readLastLines(getLogFile(dataDir));
  return new TtsError(
    exit === CONFIG_EXIT ? 'config_invalid' : 'daemon_unreachable',
    `The daemon ${what}.${said && ` Its last lines:\n${said}`}`,
  );
}

function readLastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-SHOWN_LOG_LINES).join('\n');
  } catch {
    return '';
  }
}
