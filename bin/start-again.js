// Runs the same command line again on the Node that was installed beside this package. Old syntax, as in launch.js.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Set for the second start, so that there is no third; it says which Node was too old. */
const MARK = 'TTS_STARTED_AGAIN';

export function startAgain(name, oldest) {
  const node = process.env[MARK] ? undefined : findPinnedNode();
  if (!node) {
    process.stderr.write(
      `${name}: Node ${oldest} or newer is needed, this is ${process.versions.node}. Get it: https://nodejs.org/en/download\n`,
    );
    process.exitCode = 78;
    return;
  }
  const env = Object.assign({}, process.env, { [MARK]: process.versions.node });
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to both by itself; the child decides what it means.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  ['SIGTERM', 'SIGHUP'].forEach((signal) => {
    process.on(signal, () => child.kill(signal));
  });
  child.on('exit', (code, signal) => {
    if (!signal) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function findPinnedNode() {
  const places = [
    join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules', 'node', 'bin', 'node'),
  ];
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    places.push(join(dirname(manifest), 'bin', 'node'));
  } catch {
    // Not installed at all.
  }
  return places.find((place) => existsSync(place));
}
