// Starts a compiled program on a Node that is new enough. Old syntax throughout: an old Node must be able to read it.
import fs from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST = [22, 19];
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Runs `dist/<entry>`; the file that was called, `script`, starts again if the pinned Node has to take over. */
export function launch(name, script, entry) {
  const version = process.versions.node.split('.').map(Number);
  if (version[0] < OLDEST[0] || (version[0] === OLDEST[0] && version[1] < OLDEST[1])) {
    return startAgain(name, fileURLToPath(script));
  }
  const file = path.join(root, 'dist', entry);
  if (!fs.existsSync(file)) return stop(name, `${file} is missing. Build it: cd "${root}" && npm run build`);
  module.enableCompileCache();
  return import(pathToFileURL(file).href);
}

async function startAgain(name, script) {
  const node = findPinnedNode();
  if (!node || process.env.TTSD_PINNED_NODE) {
    stop(
      name,
      `Node ${OLDEST.join('.')} or newer is needed, this is ${process.versions.node}. Install it: https://nodejs.org/en/download`,
    );
    return;
  }
  const { spawn } = await import('node:child_process');
  const env = Object.assign({}, process.env, { TTSD_PINNED_NODE: '1' });
  const child = spawn(node, [script].concat(process.argv.slice(2)), { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to both by itself; the child decides what it means.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  ['SIGTERM', 'SIGHUP'].forEach((signal) => {
    process.on(signal, () => child.kill(signal));
  });
  child.on('error', (error) => stop(name, `${node} cannot be started: ${error.message}`));
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
  const places = [path.join(root, 'node_modules', 'node', 'bin', 'node')];
  try {
    const manifest = module.createRequire(import.meta.url).resolve('node/package.json');
    places.push(path.join(path.dirname(manifest), 'bin', 'node'));
  } catch {
    // Not installed: the message of `startAgain` says what to do.
  }
  return places.find((place) => fs.existsSync(place));
}

function stop(name, message) {
  process.stderr.write(`${name}: ${message}\n`);
  process.exitCode = 78;
}
