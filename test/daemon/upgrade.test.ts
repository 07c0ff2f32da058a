// A daemon started on the database of each version that was ever saved: every job of it can be read, goes on and is told of.
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { JobState, JobView } from '../../src/api/job.ts';
import { makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { listenToEvents } from '../helpers/events.ts';
import { waitFor } from '../helpers/wait-for.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/db');

afterAll(removeDataDirs);

test.each(readdirSync(FIXTURES).filter((name) => name.endsWith('.db')))(
  'jobs in every state of the saved database %s are read, taken up and told of',
  async (name) => {
    const saved: { id: string; state: JobState; textChars: number; spec: { voice: string } }[] = JSON.parse(
      readFileSync(join(FIXTURES, name.replace('.db', '.json')), 'utf8'),
    );
    expect(new Set(saved.map(({ state }) => state))).toEqual(
      new Set(['queued', 'running', 'completed', 'failed', 'cancelled']),
    );
    const dataDir = await makeDataDir();
    copyFileSync(join(FIXTURES, name), join(dataDir, 'ttsd.db'));
    const daemon = await startDaemon({ dataDir });
    const look = async (id: string) => (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
    const hasWholeResult = async (id: string) => {
      const { status, body } = await daemon.call('GET', `/tts/${id}/result`);
      return status === 200 && body.length === (await look(id)).result?.bytes;
    };
    for (const { id, textChars } of saved)
      expect(await look(id)).toMatchObject({ id, text_chars: textChars });

    // What ended stays ended until it is tried again. The result of the completed one is not there and is made again.
    for (const { id, state } of saved) {
      if (state !== 'failed' && state !== 'cancelled') continue;
      expect(await look(id)).toMatchObject({ state });
      expect((await daemon.call('POST', `/v1/jobs/${id}/retry`)).status).toBe(200);
    }
    const events = await listenToEvents(daemon, '/v1/events?after=0');
    for (const { id, spec } of saved) {
      // The jobs of the first versions name a voice of which nobody has heard: each is taken up and then says so.
      const isUnknown = spec.voice === 'hibari';
      const state = isUnknown ? 'failed' : 'completed';
      await events.next(`job ${id} to end`, ({ data }) => data.id === id && data.state === state);
      if (isUnknown) expect((await look(id)).error?.message).toContain('There is no voice "hibari"');
      else await waitFor(`the result of ${id}`, () => hasWholeResult(id));
    }
    await events.close();
    expect(await daemon.stop()).toBe(0);
  },
);
