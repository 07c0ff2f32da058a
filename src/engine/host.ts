// Entry of the engine host, the child process that holds one loaded model. Native inference lives only here.
import { readFileSync } from 'node:fs';
import { encodePcm } from './audio/pcm.ts';
import type { ChunkListener, Engine } from './engine.ts';
import { openEngine } from './open-engine.ts';
import { type FromHost, HEARTBEAT_MS, PROGRESS_MS, type ToHost } from './protocol.ts';

let engine: Engine | undefined;
/** Requests run one after the other; aborting one that still waits takes it out of the line. */
const requests = new Map<number, AbortController>();
let line: Promise<void> = Promise.resolve();
let hasSpoken = false;

process.on('message', (message: ToHost) => {
  if (message.type === 'abort') requests.get(message.requestId)?.abort();
  else if (message.type === 'load') line = line.then(() => load(message));
  else {
    requests.set(message.requestId, new AbortController());
    line = line.then(() => synthesize(message));
  }
});
// The daemon is gone: nobody is left to want the audio. Not by exit, which waits for native code.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// Node can hang while it ends, see nodejs/node#54918: then the daemon must know.
process.on('exit', (code) => void send({ type: 'ending', code }));
// A terminal's Ctrl-C reaches the whole process group; the daemon decides when its hosts end.
process.on('SIGINT', () => {});

setInterval(() => send({ type: 'beat', rssBytes: readOwnBytes() }), HEARTBEAT_MS);

async function load({ type: _, ...options }: ToHost & { type: 'load' }): Promise<void> {
  try {
    const opened = await openEngine(options);
    engine = opened;
    const fault = process.env.TTSD_FAULT;
    if (fault) engine = (await import('./fault.ts')).withFault(engine, fault);
    send({ type: 'ready', device: opened.device, deviceNote: opened.deviceNote });
  } catch (error) {
    send({ type: 'load-failed', message: getMessage(error) });
  }
}

async function synthesize({ requestId, input }: ToHost & { type: 'synthesize' }): Promise<void> {
  const startedMs = performance.now();
  // Lets an abort that came while the last chunk held the thread be heard first.
  await new Promise(setImmediate);
  const signal = requests.get(requestId)!.signal;
  try {
    signal.throwIfAborted();
    if (engine === undefined) throw new Error('no model is loaded');
    const { samples, sampleRateHz, words, warnings } = await engine.synthesize(
      input,
      signal,
      tellOf(requestId, engine.sampleRateHz),
    );
    checkNumbers(samples);
    await send({
      type: 'audio',
      requestId,
      pcm: encodePcm(samples),
      sampleRateHz,
      words,
      warnings,
      workMs: performance.now() - startedMs,
    });
  } catch (error) {
    // ttsd was upgraded or built again, and a part that was not loaded yet is gone: the next host has all the new ones.
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') throw error;
    await send({ type: 'failed', requestId, message: getMessage(error) });
  } finally {
    requests.delete(requestId);
    if (!hasSpoken) keepCompiled();
    hasSpoken = true;
  }
}

/** Tells of the chunk in hand while it is made. */
function tellOf(requestId: number, sampleRateHz: number): ChunkListener {
  let toldMs = 0;
  return {
    onPart(samples) {
      checkNumbers(samples);
      send({ type: 'part', requestId, pcm: encodePcm(samples), sampleRateHz });
    },
    onProgress(share) {
      const nowMs = performance.now();
      if (nowMs - toldMs < PROGRESS_MS) return;
      toldMs = nowMs;
      send({ type: 'progress', requestId, share });
    },
  };
}

/** For the next host; this one will be killed, with no time to do it then. */
function keepCompiled(): void {
  setImmediate(() => process.getBuiltinModule('node:module').flushCompileCache());
}

/**
 * Resolves when the message has left this process: an answer must not go down with the host, or the next request, which may be
 * what kills it, would leave the blame to the one before.
 */
function send(message: FromHost): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, () => resolve());
    else resolve();
  });
}

/** Without what is mapped from files, such as a model's weights: the system takes that back where it needs it. */
function readOwnBytes(): number {
  const rssBytes = process.memoryUsage.rss();
  if (process.platform !== 'linux') return rssBytes;
  const [, resident, shared] = readFileSync('/proc/self/statm', 'utf8').split(' ').map(Number);
  return Math.round((rssBytes * (resident! - shared!)) / resident!);
}

/** One that is not a number makes the sum none. */
function checkNumbers(samples: Float32Array): void {
  let sum = 0;
  for (const sample of samples) sum += sample;
  if (Number.isNaN(sum)) throw new Error('the engine made samples that are not numbers');
}

function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
