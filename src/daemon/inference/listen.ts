// A job's audio from its first sample, while it is still being made: for any number of listeners, each at its own pace.
import { TtsError } from '../../api/errors.ts';
import type { ChunkPart } from '../../engine/audio/stitch.ts';
import type { Job } from '../jobs/job.ts';
import type { JobChanges } from '../jobs/job-changes.ts';
import { ActiveJob } from './active-job.ts';
import type { ChunkStore } from './chunk-store.ts';
import type { InferenceLoop } from './loop.ts';
import type { JobPlanner } from './plan.ts';

export interface ListenOptions {
  loop: Pick<InferenceLoop, 'getActive' | 'holdChunks'>;
  planner: Pick<JobPlanner, 'plan'>;
  chunks: Pick<ChunkStore, 'read'>;
  changes: JobChanges;
  /** The job as the store has it now. */
  find: (id: string) => Promise<Job>;
  signal: AbortSignal;
}

/**
 * The chunks of a job in order, each as it is made, in parts where the engine gives parts; nothing is held for a slow listener, who reads
 * from the chunk store. Ends after the last one. Throws `job_cancelled` or `job_failed` when the job ends otherwise, `result_expired` when chunks of a
 * completed job are no longer in the store, or the signal's reason.
 */
export async function* listen(
  id: string,
  { loop, planner, chunks, changes, find, signal }: ListenOptions,
): AsyncGenerator<ChunkPart> {
  let changed = Promise.withResolvers<void>();
  const wake = () => changed.resolve();
  const off = changes.on(id, wake);
  signal.addEventListener('abort', wake, { once: true });
  let source: Source | undefined;
  let release = () => {};
  /** Of the chunk that is heard, what was given out. */
  let givenBytes = 0;
  try {
    for (let index = 0; source === undefined || index < source.plan.length; ) {
      signal.throwIfAborted();
      const active = loop.getActive(id);
      if (active !== undefined ? active !== source : source === undefined || source instanceof ActiveJob) {
        release();
        source = active ?? (await getEnded(await find(id), planner)) ?? source;
        if (source !== undefined) release = hold(source);
      }
      const heard =
        source?.getHeard(index) ?? (source?.isChunkDone(index) ? await read(source, index) : undefined);
      if (heard !== undefined && (heard.isWhole || heard.pcm.length > givenBytes)) {
        const { boundary, leadMs } = source!.plan[index]!;
        const pcm = heard.pcm.subarray(givenBytes);
        givenBytes = heard.isWhole ? 0 : heard.pcm.length;
        if (heard.isWhole) index++;
        yield { pcm, leadMs, boundary: heard.isWhole ? boundary : undefined };
      } else if (source !== undefined && !(source instanceof ActiveJob)) {
        throw new TtsError(
          'result_expired',
          `Audio of job ${id} is no longer in the cache; the whole is at /tts/${id}/result.`,
        );
      } else {
        await changed.promise;
        changed = Promise.withResolvers<void>();
      }
    }
  } finally {
    off();
    release();
    signal.removeEventListener('abort', wake);
  }

  function hold(held: Source): () => void {
    const letGo = loop.holdChunks(held.plan);
    const offHeard = held.onHeard(wake);
    return () => {
      letGo();
      offHeard();
    };
  }

  async function read({ plan }: Source, index: number): Promise<Heard | undefined> {
    const stored = await chunks.read(plan[index]!.key);
    return stored && { pcm: stored.pcm, isWhole: true };
  }
}

type Source = Pick<ActiveJob, 'plan' | 'isChunkDone' | 'getHeard' | 'onHeard'>;
type Heard = NonNullable<ReturnType<ActiveJob['getHeard']>>;

/** Undefined while the job waits to be taken up. */
async function getEnded(job: Job, planner: ListenOptions['planner']): Promise<Source | undefined> {
  if (job.state === 'cancelled') throw new TtsError('job_cancelled', `Job ${job.id} was cancelled.`);
  if (job.state === 'failed') throw new TtsError('job_failed', `Job ${job.id} failed: ${job.error.message}`);
  if (job.state !== 'completed') return undefined;
  const plan = await planner.plan(job);
  return { plan, isChunkDone: () => true, getHeard: () => undefined, onHeard: () => () => {} };
}
