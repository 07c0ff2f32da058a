// Runs the built `tts` and bare Node as a shell would, and times them from the start of the process to its end.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const TTS = join(import.meta.dirname, '..', 'bin', 'tts.js');

/** Wall-clock milliseconds of `node -e 0`. */
export function timeBareNode(): number {
  return timeNode(['-e', '0'], {});
}

/** Wall-clock milliseconds of `tts`; throws what it said when it fails. */
export function timeTts(args: readonly string[], env: Record<string, string>): number {
  return timeNode([TTS, ...args], env);
}

function timeNode(args: readonly string[], env: Record<string, string>): number {
  const startMs = performance.now();
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  const ms = performance.now() - startMs;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr || stdout}`);
  return ms;
}
