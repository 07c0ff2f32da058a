// The daemon as a service of the system: unit files, socket activation, install and uninstall.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeAgent, writeService, writeSocket } from '../../../src/cli/service/units.ts';
import { takeListenFds } from '../../../src/daemon/listen-fds.ts';
import { runTts } from '../../helpers/cli.ts';
import { getBareEnv, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const TTSD = join(import.meta.dirname, '..', '..', '..', 'bin', 'ttsd.js');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const hasPython = spawnSync('python3', ['-c', 'import plistlib']).status === 0;
const hasActivator = spawnSync('systemd-socket-activate', ['--version']).status === 0;

afterAll(removeDataDirs);

test.skipIf(!hasSystemd)(
  'systemd-analyze: it understands the units, whatever the names of folders are, and finds them hardened',
  async () => {
    const dir = await makeDataDir();
    const home = join(dir, 'a home with "quotes" & 100% Grüße');
    await mkdir(home);
    const facts = {
      node: process.execPath,
      launcher: TTSD,
      dataDir: home,
      configDir: home,
      env: { TTSD_DATA_DIR: home, TTSD_PORT: '0' },
    };
    await writeFile(join(dir, 'ttsd.service'), writeService(facts));
    await writeFile(join(dir, 'ttsd.socket'), writeSocket(join(home, 'ttsd.sock')));
    const units = [join(dir, 'ttsd.service'), join(dir, 'ttsd.socket')];
    const verified = spawnSync('systemd-analyze', ['--user', '--man=no', 'verify', ...units], {
      env: { ...process.env, SYSTEMD_LOG_LEVEL: 'warning', XDG_RUNTIME_DIR: dir },
    });
    const complaints = verified.stderr.toString().split('\n');
    expect(complaints.filter((line) => line.includes('ttsd'))).toEqual([]);
    const security = spawnSync('systemd-analyze', ['security', '--offline=yes', '--no-pager', units[0]!]);
    expect(
      Number(/exposure level for ttsd\.service: ([\d.]+)/.exec(security.stdout.toString())?.[1]),
    ).toBeLessThan(7);
  },
);

test.skipIf(!hasPython)(
  'python3: a parser of property lists reads from the agent of launchd what it is to say',
  () => {
    const facts = {
      node: '/Applications & more/<node> "22"/node',
      launcher: "/Users/Größe 世界/it's/ttsd.js",
      dataDir: '/Users/Größe 世界/Library/ttsd data',
      configDir: '/c',
      env: { PATH: '/a b:/c&d', TTSD_PORT: '0' },
    };
    const parse = 'import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
    const { stdout } = spawnSync('python3', ['-c', parse], { input: writeAgent(facts) });
    expect(JSON.parse(stdout.toString())).toEqual({
      Label: 'ttsd',
      ProgramArguments: [facts.node, facts.launcher],
      EnvironmentVariables: facts.env,
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ProcessType: 'Interactive',
      Umask: 0o077,
      StandardErrorPath: `${facts.dataDir}/logs/start.log`,
    });
  },
);

/** Holds a socket, and starts what is named whenever somebody comes to it and nobody serves: as systemd does. */
const ACTIVATOR = `
import os, select, socket, sys
held = socket.socket(socket.AF_UNIX)
held.bind(sys.argv[1] + '.new')
held.listen()
os.rename(sys.argv[1] + '.new', sys.argv[1])
while True:
    select.select([held], [], [])
    pid = os.fork()
    if pid == 0:
        os.dup2(held.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))
        os.execv(sys.argv[2], sys.argv[2:])
    os.waitpid(pid, 0)
`;

test.skipIf(!hasPython)(
  'python3: restart says that it runs, though whoever holds the socket has started it',
  async () => {
    const dataDir = await makeDataDir();
    await mkdir(join(dataDir, 'run'));
    const socket = join(dataDir, 'run', 'ttsd.sock');
    const env = { ...getBareEnv(), TTSD_DATA_DIR: dataDir, TTSD_PORT: '0' };
    const activator = spawn('python3', ['-c', ACTIVATOR, socket, process.execPath, TTSD], { env });
    await waitFor('the socket', () => existsSync(socket));
    const showDaemon = async () => JSON.parse((await runTts(['daemon', 'status', '--json'], { env })).stdout);
    try {
      const before = await showDaemon();
      const { code, stdout } = await runTts(['daemon', 'restart'], { env });
      const after = await showDaemon();
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: `ttsd ${after.version} runs: pid ${after.pid}, ${socket}\n`,
      });
      expect(after.pid).not.toBe(before.pid);
    } finally {
      activator.kill('SIGKILL');
      await runTts(['daemon', 'stop'], { env });
    }
  },
);

test('sockets that are meant for another process are left alone, and no child inherits the variables', () => {
  const env = { LISTEN_PID: '7', LISTEN_FDS: '2', LISTEN_FDNAMES: 'http:ttsd.socket', HOME: '/' };
  expect(takeListenFds({ ...env }, 8)).toEqual({});
  const mine = { ...env };
  expect(takeListenFds(mine, 7)).toEqual({ http: 3, unix: 4 });
  expect(mine).toEqual({ HOME: '/' });
  expect(takeListenFds({ LISTEN_PID: '7', LISTEN_FDS: 'x' }, 7)).toEqual({});
});

test.skipIf(!hasActivator)(
  'systemd-socket-activate: the daemon is started by the first that asks, and answers on that socket',
  async () => {
    const dataDir = await makeDataDir();
    await mkdir(join(dataDir, 'run'));
    const socket = join(dataDir, 'run', 'ttsd.sock');
    const env = { ...getBareEnv(), TTSD_DATA_DIR: dataDir, TTSD_PORT: '0' };
    const variables = ['HOME', 'TTSD_DATA_DIR', 'TTSD_PORT'].map((name) => `--setenv=${name}`);
    const child = spawn('systemd-socket-activate', ['-l', socket, ...variables, process.execPath, TTSD], {
      env,
    });
    await waitFor('the socket', () => existsSync(socket));
    expect(existsSync(join(dataDir, 'endpoint.json'))).toBe(false);
    const asked = await runTts(['status', '--json'], { env: { ...env, TTS_AUTOSTART: '0' } });
    expect(asked).toMatchObject({ code: 0, stdout: '' });
    const status = await runTts(['daemon', 'status', '--json'], { env });
    // It took the place of its activator: the pid is the same.
    expect(JSON.parse(status.stdout)).toMatchObject({ pid: child.pid, socket });
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    // The socket is systemd's, which goes on listening there.
    expect(existsSync(socket)).toBe(true);
  },
);

/** A systemctl that notes what it is asked, and refuses where `fail` is there. */
async function makeHome() {
  const home = await makeDataDir();
  const programs = join(home, 'programs');
  await mkdir(programs);
  const script = `#!/bin/sh\necho "$@" >> "$HOME/asked"\nif test -e "$HOME/fail"; then echo "Failed to connect to bus" >&2; exit 1; fi\n`;
  await writeFile(join(programs, 'systemctl'), script);
  await chmod(join(programs, 'systemctl'), 0o755);
  const env = { ...getBareEnv(), HOME: home, PATH: `${programs}:${getBareEnv().PATH}`, TTSD_PORT: '0' };
  return { home, env };
}

test.skipIf(process.platform !== 'linux')(
  'install writes and enables the units, stops what runs, and uninstall leaves nothing',
  async () => {
    const { home, env } = await makeHome();
    const dataDir = join(home, '.local', 'share', 'ttsd');
    const daemon = await startDaemon({ dataDir, env });
    const { TTSD_DATA_DIR: _, ...plain } = daemon.env;
    const installed = await runTts(['daemon', 'install'], { env: plain });
    expect(installed.code).toBe(0);
    expect(daemon.child.exitCode).toBe(0);
    const folder = join(home, '.config', 'systemd', 'user');
    expect(installed.stdout).toBe(`${folder}/ttsd.service\n${folder}/ttsd.socket\n`);
    expect(await readFile(join(folder, 'ttsd.service'), 'utf8')).toContain(`ExecStart="${process.execPath}"`);
    expect(await readFile(join(home, 'asked'), 'utf8')).toBe(
      '--user daemon-reload\n--user enable --now ttsd.socket ttsd.service\n',
    );
    const removed = await runTts(['daemon', 'uninstall'], { env: plain });
    expect(removed.stdout).toBe(`${folder}/ttsd.service removed\n${folder}/ttsd.socket removed\n`);
    expect(await readdir(folder)).toEqual([]);
    expect((await readFile(join(home, 'asked'), 'utf8')).split('\n').slice(2)).toEqual([
      '--user disable --now ttsd.socket ttsd.service',
      '--user daemon-reload',
      '',
    ]);
    expect(await runTts(['daemon', 'uninstall'], { env: plain })).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'tts: It was not installed.\n',
    });
  },
);

test.skipIf(process.platform !== 'linux')(
  'where systemd does not take it, nothing is left and the reason is said',
  async () => {
    const { home, env } = await makeHome();
    await writeFile(join(home, 'fail'), '');
    const { code, stderr } = await runTts(['daemon', 'install'], { env });
    expect(code).toBe(69);
    expect(stderr).toBe(
      'tts: systemctl --user daemon-reload failed: Failed to connect to bus. Nothing was installed; without a service: tts daemon start\n',
    );
    expect(await readdir(join(home, '.config', 'systemd', 'user'))).toEqual([]);
  },
);
