// Jobs that need the same chunk at the same time.
import { expect, onTestFinished, test } from 'vitest';
import type { JobView } from '../../../src/api/job.ts';
import type { SubmitReply } from '../../../src/api/v1.ts';
import { removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { openLoop } from '../../helpers/loop.ts';
import { waitFor } from '../../helpers/wait-for.ts';

test('a chunk that several jobs need at once, or one job in two places, is made once', async () => {
  const written: string[] = [];
  const { store, submit } = await openLoop({
    wrap: (options) => ({
      ...options,
      chunks: {
        ...options.chunks,
        async write(key, chunk) {
          written.push(key);
          await options.chunks.write(key, chunk);
        },
      },
    }),
  });
  const text = 'This is said twice.\n\nThis is said once.\n\nThis is said twice.';
  const ids = [await submit({ text, class: 'batch' }), await submit({ text }), await submit({ text })];
  for (const id of ids)
    await waitFor(`${id} to complete`, async () => (await store.get(id))!.state === 'completed');
  expect(written).toHaveLength(2);
  expect(new Set(written).size).toBe(2);
});

test('a job that needs what another one just gave up has it made', async () => {
  // So long that the engine is still at it when the second comes.
  const daemon = await startDaemon({ env: { TTSD_FAULT: 'slow@1' } });
  onTestFinished(async () => {
    await daemon.stop();
    await removeDataDirs();
  });
  const submit = async () => {
    const body = { text: 'Somebody wants this, or nobody.', seed: 1 };
    return (await daemon.call('POST', '/v1/jobs', body)).json<SubmitReply>().jobs[0]!.job.id;
  };
  const look = async (id: string) => (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
  const first = await submit();
  await waitFor('the model to be loaded', async () => {
    const { models } = (await daemon.call('GET', '/v1/queue')).json<{ models: { state: string }[] }>();
    return models[0]!.state === 'ready';
  });
  await daemon.call('POST', `/v1/jobs/${first}/cancel`);
  const second = await submit();
  const ended = await waitFor('the second to end', async () => {
    const job = await look(second);
    return job.finished_at !== null && job;
  });
  expect(ended).toMatchObject({ state: 'completed', error: null });
});
