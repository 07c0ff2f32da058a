// Our whole daemon as one of those that speak: a request over HTTP, raw samples back.
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { makeDataDir, startDaemon } from '../../test/helpers/daemon.ts';
import { findHostPid, readCpuSec } from '../processes.ts';
import { waitForJob } from '../wait-for-job.ts';
import { readPeakMib, type Speaker } from './speaker.ts';

export interface DaemonSpeaker extends Speaker {
  /** As a job, which is chunked as usual; answers the milliseconds from its submit until it is completed. */
  render(text: string, seed: number): Promise<number>;
}

export async function startDaemonSpeaker(
  modelsDir: string,
  { name, model, voice, sampleRateHz }: { name: string; model: string; voice: string; sampleRateHz: number },
): Promise<DaemonSpeaker> {
  const dataDir = await makeDataDir();
  await symlink(modelsDir, join(dataDir, 'models'));
  const startMs = performance.now();
  const daemon = await startDaemon({ dataDir });
  const agent = new Agent({ connect: { socketPath: daemon.endpoint.socket } });
  const { pid } = daemon.endpoint;
  const readTotal = (read: (pid: number) => number) => read(pid) + read(findHostPid(pid));

  async function speak(input: string) {
    const beginMs = performance.now();
    const reply = await request('http://localhost/v1/audio/speech', {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input, model, voice, response_format: 'pcm', seed: 1 }),
    });
    let firstMs = 0;
    let bytes = 0;
    for await (const part of reply.body as AsyncIterable<Buffer>) {
      firstMs ||= performance.now() - beginMs;
      bytes += part.length;
    }
    if (reply.statusCode !== 200) throw new Error(`the daemon answered ${reply.statusCode}`);
    return { ms: performance.now() - beginMs, firstMs, audioSec: bytes / 2 / sampleRateHz };
  }

  // It loads a model when a job first needs it.
  await speak('Hello.');
  return {
    name,
    loadMs: performance.now() - startMs,
    async speak(text) {
      const cpuSec = readTotal(readCpuSec);
      const spoken = await speak(text);
      return { ...spoken, cpuSec: readTotal(readCpuSec) - cpuSec };
    },
    async render(text, seed) {
      const beginMs = performance.now();
      await waitForJob(daemon, { text, seed, model, voice });
      return performance.now() - beginMs;
    },
    readPeakMib: () => readTotal(readPeakMib),
    async close() {
      await agent.destroy();
      await daemon.stop();
    },
  };
}
