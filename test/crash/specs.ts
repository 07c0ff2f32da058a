// What the clients of the crash suite ask for, and the audio of an undisturbed run of each.
import { createHash } from 'node:crypto';
import type { AudioFormat, JobRequest } from '../../src/api/job.ts';
import { type Daemon, startDaemon } from '../helpers/daemon.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

export interface Spec {
  request: JobRequest & { format: AudioFormat };
  /** Of the undisturbed run. */
  audio: Buffer;
  sha256: string;
}

const FORMATS: readonly AudioFormat[] = ['wav', 'pcm', 'wav', 'flac', 'wav', 'mp3', 'wav', 'opus'];
const LENGTHS = [30, 30, 60, 120, 30, 60, 350, 30];

const REQUESTS: readonly Spec['request'][] = Array.from({ length: 32 }, (_, index) => ({
  text: `Job ${index}. ${makeProse(LENGTHS[index % LENGTHS.length]!)}`,
  seed: 1 + (index % 3),
  format: FORMATS[(index * 3) % FORMATS.length]!,
}));

export async function renderUndisturbed(dataDir: string): Promise<Spec[]> {
  const daemon = await startDaemon({ dataDir });
  try {
    const { jobs } = (await daemon.call('POST', '/v1/jobs', { jobs: REQUESTS })).json<{
      jobs: { job: { id: string } }[];
    }>();
    return await Promise.all(
      jobs.map(async ({ job }, index) => {
        const audio = await fetchWhenDone(daemon, job.id);
        return { request: REQUESTS[index]!, audio, sha256: sha256(audio) };
      }),
    );
  } finally {
    await daemon.stop();
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function fetchWhenDone(daemon: Daemon, id: string): Promise<Buffer> {
  return waitFor(`job ${id} of the undisturbed run`, async () => {
    const reply = await daemon.call('GET', `/tts/${id}/result`);
    if (reply.status !== 200 && reply.status !== 425) throw new Error(reply.body.toString());
    return reply.status === 200 && reply.body;
  });
}
