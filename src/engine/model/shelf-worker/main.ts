// Entry of the process that pulls or adds one model: network, checksums and strangers' files stay out of the daemon.
import { TtsError } from '../../../api/errors.ts';
import { openEngine } from '../../open-engine.ts';
import { addModel } from '../add-model.ts';
import { PATIENCE } from '../download/fetch-part.ts';
import { type Progress, pullModel } from '../download/pull-model.ts';
import { readSources } from '../download/sources.ts';
import type { ModelManifest } from '../manifest.ts';
import { measureSpeed } from '../measured-speed.ts';
import type { FromShelfWorker, ShelfTask } from './protocol.ts';

const stopped = new AbortController();
const stop = () => stopped.abort(new Error('the daemon wants it no more'));

process.on('message', (message: ShelfTask | 'stop') => {
  if (message === 'stop') stop();
  else void work(message);
});
// Nobody is left to want it; what has come is kept.
process.on('disconnect', stop);
// A terminal's Ctrl-C reaches the whole process group; the daemon decides.
process.on('SIGINT', () => {});

async function work(task: ShelfTask): Promise<void> {
  const outcome = await perform(task).then(
    (dir): FromShelfWorker => ({ type: 'done', dir }),
    (error: unknown): FromShelfWorker => ({ type: 'failed', ...describe(error) }),
  );
  // It is heard before the line is cut.
  if (process.connected) process.send?.(outcome, () => process.disconnect());
}

async function perform(task: ShelfTask): Promise<string> {
  if (task.kind === 'add') return addModel(task.archive, task);
  let last: Progress | undefined;
  const dir = await pullModel(task.manifest, {
    ...task,
    sources: readSources(process.env, task.mirror),
    patience: PATIENCE,
    signal: stopped.signal,
    onProgress: (progress) => {
      last = progress;
      send({ type: 'progress', ...progress });
    },
  });
  if (last !== undefined) send({ type: 'progress', ...last, phase: 'preparing' });
  await loadOnce(dir, task.manifest);
  return dir;
}

/** Leaves the graph beside the model as its engine wants it, so that whoever speaks first need not wait for that. */
async function loadOnce(dir: string, manifest: ModelManifest): Promise<void> {
  try {
    const engine = await openEngine({ modelDir: dir });
    await measureSpeed(dir, engine, manifest.speakers);
    await engine.close();
  } catch {
    // The files are those that were wanted. What else they need here, such as another program, the first job is told.
  }
}

function describe(error: unknown): { code: TtsError['code'] | null; message: string } {
  if (error instanceof TtsError) return { code: error.code, message: error.message };
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return { code: 'disk_full', message: 'The disk is full. Free some space and try again.' };
  if (typeof code === 'string' && 'syscall' in (error as object))
    return {
      code: 'storage_failed',
      message: `The model cannot be written (${message}). Mend the disk or its permissions.`,
    };
  return { code: null, message: error instanceof Error ? (error.stack ?? message) : String(error) };
}

function send(message: FromShelfWorker): void {
  if (process.connected) process.send?.(message);
}
