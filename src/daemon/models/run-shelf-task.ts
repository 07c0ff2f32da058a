// Runs one task of the model shelf in a process of its own. One that dies costs its task.
import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { TtsError } from '../../api/errors.ts';
import type { Progress } from '../../engine/model/download/pull-model.ts';
import type { FromShelfWorker, ShelfTask } from '../../engine/model/shelf-worker/protocol.ts';

const ENTRY = new URL(
  `../../engine/model/shelf-worker/main${extname(import.meta.filename)}`,
  import.meta.url,
);
/** Time to write down how far it is. */
const STOP_MS = 5000;

/** Answers the model's folder. Throws what the task said, the signal's reason, or an unknown error. */
export async function runShelfTask(
  task: ShelfTask,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: Progress) => void },
): Promise<string> {
  signal.throwIfAborted();
  const child = fork(ENTRY, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2000);
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.on('message', (message: FromShelfWorker) => {
    if (message.type === 'progress') onProgress(message);
    else if (message.type === 'done') resolve(message.dir);
    else reject(toError(message));
  });
  child.once('error', reject);
  let kill: NodeJS.Timeout | undefined;
  const stop = () => {
    if (child.connected) child.send('stop' satisfies string);
    kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  const gone = new Promise<void>((resolveGone) => {
    child.once('exit', (code, by) => {
      clearTimeout(kill);
      resolveGone();
      reject(
        new TtsError(
          'model_invalid',
          `The process that worked on the model ended with ${by ?? `exit code ${code}`}; is there memory enough? ${lastWords}`.trim(),
        ),
      );
    });
  });
  child.send(task);
  try {
    const dir = await promise;
    await gone;
    return dir;
  } catch (error) {
    await gone;
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function toError({ code, message }: FromShelfWorker & { type: 'failed' }): Error {
  return code === null ? new Error(message) : new TtsError(code, message);
}
