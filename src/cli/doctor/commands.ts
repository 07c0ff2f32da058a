// The commands by which programs and parts of this one are brought, as the system at hand has them.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../../api/find-program.ts';
import { quoteShell } from '../quote-shell.ts';
import { readVersion } from '../version.ts';

/** Of each, how it installs; the first that is there is taken. */
const PACKAGE_MANAGERS: Record<string, string> = {
  'apt-get': 'install',
  dnf: 'install',
  pacman: '-S',
  zypper: 'install',
  apk: 'add',
};

export function installCommand(name: string): string {
  if (process.platform === 'darwin') return `brew install ${name}`;
  const found = Object.keys(PACKAGE_MANAGERS).find((program) => findProgram(program)) ?? 'apt-get';
  // Fedora itself has it under this name alone.
  const known = found === 'dnf' && name === 'ffmpeg' ? 'ffmpeg-free' : name;
  return asRoot(`${found} ${PACKAGE_MANAGERS[found]} ${known}`);
}

/** A clone builds itself again. A package has nothing to build with, and npm takes a module for whole that is damaged. */
export function bringModulesCommand(root: string): string {
  const how = existsSync(join(root, 'src'))
    ? 'npm ci'
    : 'rm -rf node_modules && npm install --ignore-scripts --omit=dev';
  return `cd ${quoteShell(root)} && ${how}`;
}

/** No registry has the package: it came from a file. */
export function bringVoiceCommand(root: string): string {
  if (existsSync(join(root, '.git'))) return `cd ${quoteShell(root)} && git checkout models`;
  const project = dirname(dirname(root));
  if (existsSync(join(project, 'package.json')))
    return `cd ${quoteShell(project)} && rm -rf node_modules/ttsd && npm install --ignore-scripts`;
  return `npm install -g --ignore-scripts ./ttsd-${readVersion().split(' ')[0]}.tgz`;
}

export function asRoot(command: string): string {
  return process.getuid?.() === 0 ? command : `sudo ${command}`;
}
