// What tts doctor looks at, in this order: each says what it found and, where it is not well, the one command that mends it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkSocketPath, getConfigFile, listSocketPaths } from '../../api/endpoint.ts';
import type { QueueReply, VersionReply } from '../../api/v1.ts';
import { getJson } from '../local-get.ts';
import { type Address, findDataDir, findLocal, getSocket, nameAddress, readEndpoint } from '../locate.ts';
import { findPlayer, PLAYER_NAMES } from '../play.ts';
import { quoteShell } from '../quote-shell.ts';
import { formatBytes, formatTime } from '../render.ts';
import { readVersion } from '../version.ts';
import { asRoot, bringModulesCommand, bringVoiceCommand, installCommand } from './commands.ts';
import { adviseCuda, findCard, hasCudaLibraries, isForCuda } from './cuda.ts';
import { findDamage, listModelFolders } from './models.ts';

export interface Finding {
  /** `warn`: it works, but not all of it. */
  state: 'ok' | 'warn' | 'bad';
  says: string;
  mend?: string;
}

export interface Check {
  name: string;
  look: (facts: Facts) => Finding | Promise<Finding>;
}

/** What several checks need. */
export interface Facts {
  dataDir: string;
  /** Undefined while none runs. */
  address: Address | undefined;
}

/** Of this program. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OLDEST_NODE = [22, 19];
/** Beside the one that is there, which npm does not overwrite; most shells look there first. */
const NODE_MEND =
  'npm install -g --allow-scripts=node --prefix ~/.local node@24 && export PATH=~/.local/bin:$PATH';
/** bin/start-again.js leaves here which Node was too old. */
const STARTED_AGAIN = 'TTS_STARTED_AGAIN';
/** `ttsd --check` of a configuration that is wrong. */
const CONFIG_EXIT = 78;
const LITTLE_DISK_BYTES = 1e9;
const NO_DISK_BYTES = 100e6;
const CONNECT_MS = 1000;
/** File systems of other machines may differ from our clock by so much. */
const CLOCK_SLACK_MS = 60_000;
/** Nothing of this program is older. */
const EARLIEST_YEAR = 2026;
const DEFAULT_PORT = 8004;

export async function gatherFacts(): Promise<Facts> {
  const dataDir = findDataDir();
  return { dataDir, address: await findLocal() };
}

export const CHECKS: readonly Check[] = [
  { name: 'node', look: checkNode },
  { name: 'modules', look: checkModules },
  { name: 'clock', look: checkClock },
  { name: 'data', look: checkData },
  { name: 'disk', look: checkDisk },
  { name: 'config', look: checkConfig },
  { name: 'models', look: checkModels },
  { name: 'socket', look: checkSocket },
  { name: 'port', look: checkPort },
  { name: 'daemon', look: checkDaemon },
  { name: 'version', look: checkVersions },
  { name: 'player', look: checkPlayer },
  { name: 'ffmpeg', look: checkFfmpeg },
  { name: 'gpu', look: checkGpu },
];

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0] = OLDEST_NODE;
  const says = `Node ${process.versions.node}, ${process.execPath}`;
  const { [STARTED_AGAIN]: first } = process.env;
  if (first) return warn(`${says}; the first on the PATH is ${first}, so that tts starts twice`, NODE_MEND);
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return ok(says);
  return bad(`${says}: too old`, NODE_MEND);
}

/** Native code is loaded in a process of its own: what is damaged may take its process with it. */
function checkModules(): Finding {
  for (const name of ['better-sqlite3', 'onnxruntime-node']) {
    const use =
      name === 'better-sqlite3' ? "new (require('better-sqlite3'))(':memory:')" : `require('${name}')`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', use], { cwd: ROOT, encoding: 'utf8' });
    if (status === 0) continue;
    const why = /^(?:\w*Error|Error): (.*)$/m.exec(stderr)?.[1] ?? `it ends with ${status}`;
    return bad(`${name} cannot be loaded: ${why}`, bringModulesCommand(ROOT));
  }
  return ok('better-sqlite3 and onnxruntime-node load');
}

function checkClock({ dataDir }: Facts): Finding {
  const now = Date.now();
  const says = `it is ${formatTime(now)}`;
  if (new Date(now).getFullYear() < EARLIEST_YEAR)
    return bad(`${says}: the clock is wrong`, asRoot('timedatectl set-ntp true'));
  const database = statSync(join(dataDir, 'ttsd.db'), { throwIfNoEntry: false });
  if (database && database.mtimeMs > now + CLOCK_SLACK_MS)
    return bad(
      `${says}, but jobs were written at ${formatTime(database.mtimeMs)}`,
      asRoot('timedatectl set-ntp true'),
    );
  return ok(says);
}

function checkData({ dataDir }: Facts): Finding {
  const user = userInfo().username;
  const nearest = findExisting(dataDir);
  if (!statSync(nearest).isDirectory())
    return bad(`${nearest} is no folder`, `mv ${quoteShell(nearest)} ${quoteShell(`${nearest}.old`)}`);
  const database = join(dataDir, 'ttsd.db');
  try {
    accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK);
    // Whoever ran tts with sudo once has left one that is root's.
    if (existsSync(database)) accessSync(database, constants.R_OK | constants.W_OK);
    const probe = join(nearest, `.tts-doctor-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EROFS')
      return bad(
        `${dataDir} is on a read-only file system`,
        asRoot(`mount -o remount,rw ${quoteShell(findMount(nearest))}`),
      );
    // What lies above it may be everybody's: that is left alone.
    const mend =
      nearest === dataDir
        ? `${asRoot(`chown -R ${user} ${quoteShell(dataDir)}`)} && chmod u+rwx ${quoteShell(dataDir)}`
        : asRoot(`install -d -m 700 -o ${user} ${quoteShell(dataDir)}`);
    return bad(`${dataDir} cannot be ${nearest === dataDir ? 'written' : 'made'}`, mend);
  }
  const { mode } = statSync(nearest);
  if (nearest === dataDir && (mode & 0o077) !== 0)
    return warn(`${dataDir} can be read by others`, `chmod 700 ${quoteShell(dataDir)}`);
  return ok(dataDir);
}

function checkDisk({ dataDir }: Facts): Finding {
  const { bavail, bsize, ffree, files } = statfsSync(findExisting(dataDir));
  const free = bavail * bsize;
  const says = `${formatBytes(free)} free for ${dataDir}`;
  const mend = 'tts list -q --state completed --limit 1000 | xargs -r tts rm';
  if (free < NO_DISK_BYTES) return bad(says, mend);
  if (files > 0 && ffree < 1000) return bad(`${ffree} files can still be made there`, mend);
  return free < LITTLE_DISK_BYTES ? warn(says, mend) : ok(says);
}

/** The daemon is asked: what it would refuse is its business. */
function checkConfig(): Finding {
  const file = getConfigFile(process.env);
  const check = spawnSync(process.execPath, [join(ROOT, 'bin', 'ttsd.js'), '--check'], { encoding: 'utf8' });
  if (check.status === 0) return ok(existsSync(file) ? file : `${file} (not there; defaults hold)`);
  // Anything else is no answer: a part of the program is missing.
  if (check.status !== CONFIG_EXIT)
    return bad(
      `ttsd cannot look at it: ${/^\w*Error.*$/m.exec(check.stderr)?.[0] ?? `it ends with ${check.status ?? check.signal}`}`,
      bringModulesCommand(ROOT),
    );
  const why = check.stderr.trim().replace(/^ttsd: /, '');
  return bad(why, existsSync(file) ? `\${EDITOR:-nano} ${quoteShell(file)}` : 'env | grep TTSD_');
}

/** Those that ship with ttsd, then those that were pulled or added. */
async function checkModels({ dataDir }: Facts): Promise<Finding> {
  const builtIn = join(ROOT, 'models');
  for (const name of listModelFolders(builtIn)) {
    const damage = await findDamage(join(builtIn, name));
    if (damage !== undefined) return bad(`the embedded voice: ${damage}`, bringVoiceCommand(ROOT));
  }
  const installed = listModelFolders(join(dataDir, 'models'));
  for (const name of installed) {
    const damage = await findDamage(join(dataDir, 'models', name));
    if (damage !== undefined)
      return bad(
        `${name}: ${damage}`,
        `tts models rm ${quoteShell(name)} && tts models pull ${quoteShell(name)}`,
      );
  }
  return ok(['the embedded voice', ...installed].join(', '));
}

function checkSocket({ dataDir, address }: Facts): Finding {
  const socket = address && getSocket(address);
  if (socket) return ok(socket);
  if (address) return warn(`${nameAddress(address)} answers, its socket does not`, 'tts daemon restart');
  const own = listSocketPaths(process.env, dataDir).at(-1)!;
  try {
    checkSocketPath(own);
  } catch (error) {
    return bad((error as Error).message.split('.')[0]!, 'export TTSD_DATA_DIR=$HOME/.ttsd');
  }
  const folder = dirname(own);
  if (existsSync(folder)) {
    try {
      accessSync(folder, constants.W_OK | constants.X_OK);
    } catch {
      return bad(`no socket can be made in ${folder}`, `chmod u+rwx ${quoteShell(folder)}`);
    }
  }
  return ok(`${own} (nobody listens yet)`);
}

async function checkPort({ dataDir, address }: Facts): Promise<Finding> {
  const { http } = address ? readEndpoint(dataDir) : {};
  if (http) return ok(http);
  const port = Number(process.env.TTSD_PORT ?? DEFAULT_PORT);
  if (port === 0 || !(await isTaken(port))) return ok(`${port === 0 ? 'any port' : port} is free`);
  return bad(`port ${port} is taken by another program`, `TTSD_PORT=0 tts daemon start`);
}

function checkDaemon({ address }: Facts): Promise<Finding> | Finding {
  if (!address) return warn('it does not run; tts starts it by itself', 'tts daemon start');
  return getJson<QueueReply>(address, '/v1/queue').then(
    ({ paused_since, running, queued }) =>
      paused_since === null
        ? ok(`${running} running, ${queued.interactive + queued.batch} queued`)
        : warn('the queue is paused', 'tts resume'),
    (error: unknown) => bad(String((error as Error).message), 'tts daemon restart'),
  );
}

async function checkVersions({ address }: Facts): Promise<Finding> {
  const own = readVersion();
  if (!address) return ok(`tts ${own}`);
  const { version } = await getJson<VersionReply>(address, '/v1/version');
  const { program_replaced } = await getJson<QueueReply>(address, '/v1/queue');
  if (program_replaced)
    return warn(
      `tts is ${own}, the daemon that runs was started before that was installed`,
      'tts daemon restart',
    );
  if (own.split(' ')[0] === version.split(' ')[0]) return ok(`tts and ttsd ${own}`);
  return warn(`tts is ${own}, the daemon that runs is ${version}`, 'tts daemon restart');
}

function checkPlayer(): Finding {
  const player = findPlayer();
  if (player) return ok(player.path);
  return warn(`none of ${PLAYER_NAMES.join(', ')}: tts say needs -o FILE`, installCommand('alsa-utils'));
}

function checkFfmpeg(): Finding {
  const { status } = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' });
  return status === 0 ? ok('for AAC and M4B') : warn('not found: no AAC, no M4B', installCommand('ffmpeg'));
}

/** None is needed. */
function checkGpu(): Finding {
  const card = findCard();
  if (card !== undefined) return isForCuda() && !hasCudaLibraries(ROOT) ? adviseCuda(card) : ok(card);
  if (existsSync('/proc/driver/nvidia/version') || existsSync('/dev/nvidia0'))
    return warn('there is one, but its driver does not answer', asRoot('modprobe nvidia'));
  return ok('none; the processor does it all');
}

function isTaken(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port, host: '127.0.0.1', timeout: CONNECT_MS });
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  socket.once('timeout', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** The folder that the file system of `path` is mounted on. */
function findMount(path: string): string {
  const above = dirname(path);
  return above === path || statSync(above).dev !== statSync(path).dev ? path : findMount(above);
}

function findExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : findExisting(dirname(path));
}

function ok(says: string): Finding {
  return { state: 'ok', says };
}

function warn(says: string, mend: string): Finding {
  return { state: 'warn', says, mend };
}

function bad(says: string, mend: string): Finding {
  return { state: 'bad', says, mend };
}
