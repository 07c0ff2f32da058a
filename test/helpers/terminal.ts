// A real terminal to look at: a shell in tmux, with a server of its own.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { TTS } from './cli.ts';
import { waitFor } from './wait-for.ts';

const LOOK_EVERY_MS = 150;

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

export interface Terminal {
  /** What is on the screen, without the blanks at the ends of its lines. */
  read(): string;
  /** Keys as tmux names them, or text. */
  press(...keys: string[]): void;
  /** Types a line into the shell, where `tts` is the one that was built. */
  run(line: string): void;
  resize(columns: number, rows: number): void;
  /** Waits until the screen shows it. */
  see(what: string | RegExp): Promise<string>;
  /** Of tmux, such as `alternate_on` and `cursor_flag`. */
  ask(variable: string): string;
  close(): void;
}

export function openTerminal(
  env: Record<string, string>,
  {
    columns = 80,
    rows = 24,
    shell = 'bash --norc',
  }: { columns?: number; rows?: number; shell?: string } = {},
): Terminal {
  const server = `tts-${randomUUID()}`;
  const tmux = (...args: string[]) => {
    const { stdout, stderr, status } = spawnSync('tmux', ['-L', server, '-f', '/dev/null', ...args], {
      env: all,
    });
    if (status !== 0) throw new Error(`tmux ${args.join(' ')}: ${stderr}`);
    return stdout.toString();
  };
  const all = {
    ...env,
    LANG: 'C.UTF-8',
    PS1: '$ ',
    NODE: process.execPath,
    TTS,
    PATH: `${dirname(process.execPath)}:${env.PATH}`,
  };
  tmux('-u', 'new-session', '-d', '-x', String(columns), '-y', String(rows), shell);
  const terminal: Terminal = {
    read: () => tmux('capture-pane', '-p').replace(/ +$/gm, ''),
    press: (...keys) => void tmux('send-keys', '--', ...keys),
    run: (line) => void tmux('send-keys', '--', line, 'Enter'),
    resize: (width, height) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    see: (what) =>
      waitFor(
        `${what} on the screen`,
        () => {
          const screen = terminal.read();
          return (typeof what === 'string' ? screen.includes(what) : what.test(screen)) && screen;
        },
        60_000,
        LOOK_EVERY_MS,
      ).catch((error) => {
        throw new Error(`${error.message}. The screen shows:\n${terminal.read()}`);
      }),
    ask: (variable) => tmux('display', '-p', `#{${variable}}`).trim(),
    close: () => void spawnSync('tmux', ['-L', server, 'kill-server']),
  };
  return terminal;
}
