// The system's service manager, as far as this user may use it: systemd on Linux, launchd on macOS.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getConfigFile, listSocketPaths } from '../../api/endpoint.ts';
import { TtsError } from '../../api/errors.ts';
import { makeDirectory } from '../../api/make-directory.ts';
import { findDataDir } from '../locate.ts';
import { LABEL, SERVICE, type ServiceFacts, SOCKET, writeAgent, writeService, writeSocket } from './units.ts';

const LAUNCHER = fileURLToPath(new URL('../../../bin/ttsd.js', import.meta.url));
/** What of this shell's environment the daemon is to have as well. */
const KEPT = ['TTSD_DATA_DIR', 'TTSD_CONFIG', 'TTSD_PORT', 'TTSD_HOST', 'TTSD_LOG_LEVEL', 'PATH'];

interface Manager {
  /** By path, what is written. */
  files: Record<string, string>;
  /** What was made beside them. */
  folders: readonly string[];
  enable: readonly string[][];
  disable: readonly string[][];
}

/** Writes and starts it; gives the files. Throws `service_failed`, and leaves nothing, where the system does not take it. */
export function installService(): string[] {
  const { files, enable } = describeManager();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  try {
    for (const command of enable) run(command);
  } catch (error) {
    uninstallService();
    throw error;
  }
  return Object.keys(files);
}

/** Stops it and takes its files away; gives those that were there. */
export function uninstallService(): string[] {
  const { files, folders, disable } = describeManager();
  const found = Object.keys(files).filter((path) => existsSync(path));
  if (found.length === 0) return [];
  // What is half there is taken away all the same.
  for (const command of disable) spawnSync(command[0]!, command.slice(1), { stdio: 'ignore' });
  for (const path of found) rmSync(path, { force: true });
  for (const folder of folders) removeEmpty(folder);
  if (process.platform === 'linux') spawnSync('systemctl', ['--user', 'daemon-reload'], { stdio: 'ignore' });
  return found;
}

function describeManager(): Manager {
  const facts = gatherFacts();
  if (process.platform === 'darwin') {
    const path = join(homedir(), 'Library', 'LaunchAgents', `${LABEL}.plist`);
    const domain = `gui/${process.getuid!()}`;
    return {
      files: { [path]: writeAgent(facts) },
      folders: [facts.configDir],
      enable: [['launchctl', 'bootstrap', domain, path]],
      disable: [['launchctl', 'bootout', `${domain}/${LABEL}`]],
    };
  }
  if (process.platform !== 'linux')
    throw new TtsError(
      'usage',
      `There is no service for ${process.platform} yet. Start it by hand: tts daemon start`,
    );
  const folder = join(dirname(facts.configDir), 'systemd', 'user');
  const socket = chooseSocket(facts.dataDir);
  const systemctl = (...words: string[]) => ['systemctl', '--user', ...words];
  return {
    files: {
      [join(folder, SERVICE)]: writeService(facts),
      [join(folder, SOCKET)]: writeSocket(socket),
    },
    folders: [dirname(socket), facts.configDir],
    enable: [systemctl('daemon-reload'), systemctl('enable', '--now', SOCKET, SERVICE)],
    disable: [systemctl('disable', '--now', SOCKET, SERVICE)],
  };
}

function gatherFacts(): ServiceFacts {
  const dataDir = findDataDir();
  const configDir = dirname(getConfigFile({ ...process.env, TTSD_CONFIG: undefined }));
  // The service may write to these alone: they have to be there.
  for (const folder of [dataDir, configDir, join(dataDir, 'run')]) makeDirectory(folder);
  const env = Object.fromEntries(
    KEPT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
  return { node: process.execPath, launcher: LAUNCHER, dataDir, configDir, env };
}

/** The first that the command line tries and whose directory the system makes at login. */
function chooseSocket(dataDir: string): string {
  return listSocketPaths(process.env, dataDir)[0]!;
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is in it, or it is gone.
  }
}

function run([program, ...words]: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program!, words, { encoding: 'utf8' });
  if (status === 0) return;
  // What comes after that line is where to read more, of a unit that is gone by then.
  const lines = stderr.trim().split('\n');
  const why =
    error?.message ?? (lines.find((line) => /fail/i.test(line)) ?? lines.at(-1)!).replace(/\.$/, '');
  throw new TtsError(
    'service_failed',
    `${program} ${words.join(' ')} failed: ${why}. Nothing was installed; without a service: tts daemon start`,
    { cause: error },
  );
}
