// npm run packaging-check: packs ttsd, installs it as a user would into an empty prefix under other versions of Node (from the
// npm registry), and looks whether it runs there: tts --version, a first sound, and one clear line where Node is too old.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Install {
  bin: string;
  env: Record<string, string>;
}

const ROOT = join(import.meta.dirname, '..');
const NEW_ENOUGH = ['22.19.0', '22', '24'];
const TOO_OLD = '20';
const VERSION = /^\d+\.\d+\.\d+ \([0-9a-f]{7,}\)\n$/;

const folder = mkdtempSync(join(tmpdir(), 'ttsd-packaging-'));
try {
  const archive = pack();
  for (const version of NEW_ENOUGH) checkRuns(timeInstall(archive, version));
  checkRefused(timeInstall(archive, TOO_OLD));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function pack(): string {
  const options = ['pack', '--ignore-scripts', '--pack-destination', folder];
  const name = execFileSync('npm', options, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n').at(-1)!;
  return join(folder, name);
}

/** Nothing of this machine's settings gets in, and no other Node. */
function timeInstall(archive: string, version: string): Install {
  const home = join(folder, `node ${version}`);
  mkdirSync(home, { recursive: true });
  const name = `node-${process.platform}-${process.arch}`;
  execFileSync('npm', ['install', '--ignore-scripts', '--prefix', home, `${name}@${version}`], {
    stdio: 'ignore',
  });
  const node = join(home, 'node_modules', name, 'bin');
  const env = {
    ...process.env,
    HOME: home,
    PATH: [node, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    TTSD_DATA_DIR: join(home, 'data'),
    TTSD_PORT: '0',
  };
  const prefix = join(home, 'empty');
  const startMs = performance.now();
  const installed = spawnSync('npm', ['install', '-g', '--ignore-scripts', '--prefix', prefix, archive], {
    env,
    encoding: 'utf8',
  });
  if (installed.status !== 0) throw new Error(`npm install under Node ${version}: ${installed.stderr}`);
  const sec = ((performance.now() - startMs) / 1000).toFixed(1);
  const size = execFileSync('du', ['-sm', prefix], { encoding: 'utf8' }).split('\t')[0];
  const own = execFileSync(join(node, 'node'), ['--version'], { encoding: 'utf8' }).trim();
  console.log(`Node ${own.slice(1)}: installed in ${sec} s, ${size} MB`);
  return { bin: join(prefix, 'bin'), env };
}

function checkRuns({ bin, env }: Install): void {
  const tts = (...args: string[]) => spawnSync(join(bin, 'tts'), args, { env, encoding: 'utf8' });
  const { stdout: version } = tts('--version');
  expect(VERSION.test(version), `tts --version says ${JSON.stringify(version)}`);
  const file = join(env.HOME!, 'hello.wav');
  try {
    const startMs = performance.now();
    const said = tts('say', 'Hello from an empty prefix.', '-o', file);
    expect(said.status === 0 && said.stderr === '', `tts say ended with ${said.status}: ${said.stderr}`);
    const sec = ((performance.now() - startMs) / 1000).toFixed(1);
    expect(readFileSync(file).toString('latin1', 0, 4) === 'RIFF', 'the file is no RIFF file');
    const doctor = tts('doctor', '-q');
    expect(doctor.status === 0, `tts doctor: ${doctor.stdout}`);
    console.log(
      `  tts ${version.trim()}; from nothing to a sound in ${sec} s; tts doctor finds nothing wrong`,
    );
  } finally {
    tts('daemon', 'stop');
  }
}

function checkRefused({ bin, env }: Install): void {
  for (const name of ['tts', 'ttsd']) {
    const { status, stdout, stderr } = spawnSync(join(bin, name), ['--version'], { env, encoding: 'utf8' });
    const isOneLine = new RegExp(`^${name}: Node .* or newer is needed, this is .*\\n$`).test(stderr);
    expect(status === 78 && stdout === '' && isOneLine, `${name} ended with ${status}: ${stdout}${stderr}`);
    console.log(`  ${stderr.trim()}`);
  }
}

function expect(isTrue: boolean, otherwise: string): void {
  if (!isTrue) throw new Error(otherwise);
}
