// Two models and room for one: the real loop, store and engine hosts, the embedded model under two ids.
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { openChunkStore } from '../../../src/daemon/inference/chunk-store.ts';
import { InferenceLoop } from '../../../src/daemon/inference/loop.ts';
import { ModelHost } from '../../../src/daemon/inference/model-host.ts';
import { Paces } from '../../../src/daemon/inference/paces.ts';
import { JobPlanner } from '../../../src/daemon/inference/plan.ts';
import { ResultFiles } from '../../../src/daemon/inference/result-files.ts';
import { JobChanges } from '../../../src/daemon/jobs/job-changes.ts';
import { Metrics } from '../../../src/daemon/metrics.ts';
import { openShelf } from '../../../src/engine/model/shelf.ts';
import { openVoices } from '../../../src/engine/voice/registry.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { makeJob } from '../jobs/samples.ts';
import { makeTempDir, openTempStore } from '../jobs/temp-store.ts';

const ROOT = join(import.meta.dirname, '../../..');
const log = pino({ level: 'silent' });

async function openLoop(maxUp: number) {
  const dir = makeTempDir();
  const store = await openTempStore(join(dir, 'data'));
  const paces = new Paces(store, await store.listNotes());
  const hibari = (await openShelf([join(ROOT, 'models')])).get('hibari')!;
  const models = new Map(
    ['hibari', 'twin'].map((id) => [
      id,
      {
        info: { ...hibari, id },
        host: new ModelHost({
          modelDir: hibari.dir,
          leastDeadlineMs: 60_000,
          probeSpeaker: 'heart',
          idleUnloadMs: 60_000,
          pace: paces.ofModel(id),
          loading: paces.ofLoading(id),
          log,
        }),
      },
    ]),
  );
  const voices = await openVoices(join(ROOT, 'voices'));
  const loop = new InferenceLoop({
    store,
    chunks: await openChunkStore(join(dir, 'chunks'), { onDamage: () => {} }),
    results: await ResultFiles.open(join(dir, 'results')),
    planner: new JobPlanner({ store, voices, models }),
    models,
    changes: new JobChanges(),
    paces,
    metrics: new Metrics('test'),
    owner: 'me',
    maxRetries: 0,
    maxUp,
    weights: new Map(),
    isPaused: false,
    log,
  });
  onTestFinished(async () => {
    await loop.stop();
    for (const { host } of models.values()) host.kill('is no longer needed');
  });
  const submit = async (model: string, chars: number) => {
    const { spec } = makeJob();
    const job = makeJob({
      class: 'batch',
      text: makeProse(chars),
      spec: { ...spec, model, voice: voices.defaultVoice.id },
    });
    await store.submit([job], Date.now());
    loop.lookForJobs();
    return job.id;
  };
  const countUp = () => [...models.values()].filter(({ host }) => host.state !== 'unloaded').length;
  return { store, submit, countUp };
}

test.each([1, 2])('jobs of two models both end with at most %i loaded', async (maxUp) => {
  const { store, submit, countUp } = await openLoop(maxUp);
  const ids = [await submit('hibari', 1500), await submit('twin', 1500), await submit('hibari', 300)];
  let mostUp = 0;
  await waitFor('all jobs to be completed', async () => {
    mostUp = Math.max(mostUp, countUp());
    const jobs = await Promise.all(ids.map((id) => store.get(id)));
    expect(jobs.map((job) => job!.state)).not.toContain('failed');
    return jobs.every((job) => job!.state === 'completed');
  });
  expect(mostUp).toBe(maxUp);
});
