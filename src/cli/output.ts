// Data goes to stdout, everything else to stderr.
import { TtsError } from '../api/errors.ts';
import { showControlsInLines } from './control-characters.ts';

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** A remark for people: a warning, where the file went. */
export function note(line: string): void {
  process.stderr.write(`tts: ${showControlsInLines(line)}\n`);
}

/** Says what went wrong; gives the exit code. An error that nobody foresaw shows where it came from. */
export function reportError(error: unknown, json: boolean): number {
  if (error instanceof TtsError) {
    const { code, message, fields } = error;
    if (json) process.stderr.write(`${JSON.stringify({ error: { code, message, fields } })}\n`);
    else note(message);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json)
    process.stderr.write(`${JSON.stringify({ error: { code: 'internal', message: String(error) } })}\n`);
  else note(`This should not happen. Please report it with these lines:\n${stack}`);
  return 1;
}
