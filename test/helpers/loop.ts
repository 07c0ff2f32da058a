// The real loop, store and engine hosts in this process, the embedded model under as many ids as wanted.
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { openChunkStore } from '../../src/daemon/inference/chunk-store.ts';
import { InferenceLoop, type LoopOptions } from '../../src/daemon/inference/loop.ts';
import { ModelHost } from '../../src/daemon/inference/model-host.ts';
import { Paces } from '../../src/daemon/inference/paces.ts';
import { JobPlanner } from '../../src/daemon/inference/plan.ts';
import { ResultFiles } from '../../src/daemon/inference/result-files.ts';
import type { NewJob } from '../../src/daemon/jobs/job.ts';
import { JobChanges } from '../../src/daemon/jobs/job-changes.ts';
import { Metrics } from '../../src/daemon/metrics.ts';
import { OwnVoiceFiles } from '../../src/daemon/voices/own-voices.ts';
import { openShelf } from '../../src/engine/model/shelf.ts';
import { openVoices } from '../../src/engine/voice/registry.ts';
import { makeJob } from '../daemon/jobs/samples.ts';
import { makeTempDir, openTempStore } from '../daemon/jobs/temp-store.ts';

const ROOT = join(import.meta.dirname, '../..');
const log = pino({ level: 'silent' });

/** `wrap` may put something of its own between the loop and what it works with. */
export async function openLoop({
  ids = ['hibari'],
  maxUp = 1,
  maxUpBytes = Number.POSITIVE_INFINITY,
  wrap = (options) => options,
}: {
  ids?: string[];
  maxUp?: number;
  maxUpBytes?: number;
  wrap?: (options: LoopOptions) => LoopOptions;
}) {
  const dir = makeTempDir();
  const dataDir = join(dir, 'data');
  const store = await openTempStore(dataDir);
  const paces = new Paces(store, await store.listNotes());
  const hibari = (await openShelf([join(ROOT, 'models')])).get('hibari')!;
  const models = new Map(
    ids.map((id) => [
      id,
      {
        info: { ...hibari, id },
        host: new ModelHost({
          modelDir: hibari.dir,
          leastDeadlineMs: 60_000,
          probeSpeaker: 'heart',
          idleUnloadMs: 60_000,
          memoryBytes: 1,
          pace: paces.ofModel(id),
          loading: paces.ofLoading(id),
          log,
        }),
      },
    ]),
  );
  const voices = await openVoices(join(ROOT, 'voices'));
  const loop = new InferenceLoop(
    wrap({
      store,
      chunks: await openChunkStore(join(dir, 'chunks'), { onDamage: () => {} }),
      clips: await OwnVoiceFiles.open(join(dir, 'voices'), log),
      results: await ResultFiles.open(join(dir, 'results')),
      planner: new JobPlanner({ store, voices, models }),
      models,
      changes: new JobChanges(),
      paces,
      metrics: new Metrics('test'),
      owner: 'me',
      maxRetries: 0,
      maxUp,
      maxUpBytes,
      weights: new Map(),
      isPaused: false,
      log,
    }),
  );
  onTestFinished(async () => {
    await loop.stop();
    for (const { host } of models.values()) host.kill('is no longer needed');
  });
  const submit = async (given: Partial<NewJob>, model = 'hibari') => {
    const { spec } = makeJob();
    const job = makeJob({ ...given, spec: { ...spec, model, voice: voices.defaultVoice.id } });
    await store.submit([job], Date.now());
    loop.lookForJobs();
    return job.id;
  };
  const countUp = () => [...models.values()].filter(({ host }) => host.state !== 'unloaded').length;
  return { dataDir, store, loop, submit, countUp };
}
