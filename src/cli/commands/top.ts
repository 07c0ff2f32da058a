// tts top: the queue on the whole screen. The screen is given back as it was, however it ends.
import { TtsError } from '../../api/errors.ts';
import { catchInterrupt, Interrupted } from '../interrupt.ts';
import type { Options } from '../options.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY || process.env.TERM === 'dumb')
    throw new TtsError('usage', 'tts top needs a terminal. In a script: tts status --watch --json');
  // Of React's two builds, the one that is meant to be used.
  process.env.NODE_ENV ??= 'production';
  const { showTop } = await import('../top/top.tsx');
  const interrupt = catchInterrupt();
  try {
    return await showTop(options, interrupt.signal);
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    throw error;
  } finally {
    interrupt.stop();
  }
}
