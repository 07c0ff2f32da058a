// The commands that tts doctor prints, where running them takes a registry, root or another system.
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { bringModulesCommand, bringVoiceCommand, installCommand } from '../../../src/cli/doctor/commands.ts';
import { TTS } from '../../helpers/cli.ts';
import { getBareEnv, makeDataDir, removeDataDirs } from '../../helpers/daemon.ts';

const OTHER = { uid: 65_534, gid: 65_534 };
/** Root can look at things as somebody else would, where that one may read this program. */
const canBeOther =
  process.getuid?.() === 0 && spawnSync(process.execPath, [TTS, '--version'], OTHER).status === 0;

afterEach(() => void vi.unstubAllEnvs());
afterAll(removeDataDirs);

test('a clone brings its parts from git and its lock file, a package from the file it came from', async () => {
  const dir = await makeDataDir();
  expect(bringVoiceCommand(dir)).toMatch(/^npm install -g --ignore-scripts \.\/ttsd-[\d.]+\.tgz$/);
  const installed = join(dir, "it's", 'node_modules', 'ttsd');
  await mkdir(installed, { recursive: true });
  expect(bringModulesCommand(installed)).toBe(
    `cd '${dir}/it'\\''s/node_modules/ttsd' && rm -rf node_modules && npm install --ignore-scripts --omit=dev`,
  );
  await writeFile(join(dir, "it's", 'package.json'), '{}');
  expect(bringVoiceCommand(installed)).toBe(
    `cd '${dir}/it'\\''s' && rm -rf node_modules/ttsd && npm install --ignore-scripts`,
  );
  await mkdir(join(installed, '.git'));
  await mkdir(join(installed, 'src'));
  expect(bringVoiceCommand(installed)).toMatch(/ && git checkout models$/);
  expect(bringModulesCommand(installed)).toMatch(/ && npm ci$/);
});

test.skipIf(process.platform !== 'linux').each([
  ['apt-get', 'ffmpeg', 'apt-get install ffmpeg'],
  ['dnf', 'ffmpeg', 'dnf install ffmpeg-free'],
  ['dnf', 'alsa-utils', 'dnf install alsa-utils'],
  ['pacman', 'ffmpeg', 'pacman -S ffmpeg'],
  ['apk', 'ffmpeg', 'apk add ffmpeg'],
])('with %s, %s is installed by: %s', async (program, name, command) => {
  const programs = await makeDataDir();
  await writeFile(join(programs, program), '');
  await chmod(join(programs, program), 0o755);
  vi.stubEnv('PATH', programs);
  expect(installCommand(name).replace(/^sudo /, '')).toBe(command);
});

test.skipIf(!canBeOther)(
  'root: of a folder below one that is not theirs a user is given that alone, not what lies above it',
  async () => {
    const above = await makeDataDir();
    await chmod(above, 0o755);
    const dataDir = join(above, "it's", 'data');
    const env = { ...getBareEnv(), HOME: above, TTSD_DATA_DIR: dataDir, TTSD_PORT: '0' };
    const { stdout } = spawnSync(process.execPath, [TTS, 'doctor', '-q'], { env, ...OTHER });
    const [says, mend] = stdout.toString().split('\n');
    expect(says).toContain(`${dataDir} cannot be made`);
    const command = mend!.replace('mend it: sudo ', '').trim();
    expect(spawnSync('/bin/sh', ['-c', command]).status).toBe(0);
    expect(await stat(dataDir)).toMatchObject({ uid: OTHER.uid });
    expect(await stat(above)).toMatchObject({ uid: 0 });
  },
);
