// The real tts from dist/, run as a user or cron would run it.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { JobView } from '../../src/api/job.ts';
import { getBareEnv } from './daemon.ts';

export const TTS = join(import.meta.dirname, '..', '..', 'bin', 'tts.js');

export interface CliResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  /** The whole environment; `getBareEnv()` by default. */
  env?: Record<string, string>;
  stdin?: string | Uint8Array;
  cwd?: string;
}

export interface RunningCli {
  child: ChildProcess;
  /** What has come so far. */
  stdout(): string;
  stderr(): string;
  ended: Promise<CliResult>;
}

/** Without `stdin` it gets an empty one, as under cron. */
export function startTts(args: readonly string[], options: CliOptions = {}): RunningCli {
  const child = spawn(process.execPath, [TTS, ...args], {
    env: options.env ?? getBareEnv(),
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stderr.on('data', (part: Buffer) => err.push(part));
  // A command that does not read its input closes it: that is its right.
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  const stdout = () => Buffer.concat(out).toString();
  const stderr = () => Buffer.concat(err).toString();
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout: stdout(), stderr: stderr() }));
  });
  return { child, stdout, stderr, ended };
}

export function runTts(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startTts(args, options).ended;
}

/** One job for each line of `--json` output. */
export function parseJobs(stdout: string): JobView[] {
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
