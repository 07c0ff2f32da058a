// Makes an engine host fail on purpose, to show what the daemon makes of it: TTSD_FAULT=segv@3 at the third chunk of each host,
// TTSD_FAULT=segv:marzipan at each chunk whose text holds the word. TTSD_FAULT=segv-in@3: in the middle of it, in place of its second part.
// Loaded only where the variable is set.
import { setTimeout as delay } from 'node:timers/promises';
import type { ChunkAudio, ChunkInput, ChunkListener, Engine } from './engine.ts';

const SLOW_MS = 1500;
const LEAK_BYTES = 200 * 1024 * 1024;
/** So that a beat can tell of it. */
const LEAK_MS = 300;
const leaked: Buffer[] = [];

/** What happens instead of, or before, the chunk; what is answered takes the place of its audio. */
const FAULTS: Record<string, () => Promise<Partial<ChunkAudio>>> = {
  /** The way native code dies. */
  segv: async () => {
    process.kill(process.pid, 'SIGSEGV');
    return block();
  },
  exit: async () => process.exit(1),
  /** The thread never comes back, as in a native call that does not end. */
  hang: async () => block(),
  /** Beats on, but never answers. */
  stall: () => new Promise(() => {}),
  /** The way the kernel ends whoever has eaten the memory; memory itself is eaten by `leak`. */
  oom: async () => {
    process.kill(process.pid, 'SIGKILL');
    return block();
  },
  /** A message that no host of this version sends. */
  garbage: async () => {
    process.send?.({ type: 'audio', requestId: -1, pcm: 'hiss', sampleRateHz: Number.NaN });
    return new Promise(() => {});
  },
  nan: async () => ({ samples: new Float32Array(24_000).fill(Number.NaN) }),
  slow: async () => {
    await delay(SLOW_MS);
    return {};
  },
  leak: async () => {
    leaked.push(Buffer.alloc(LEAK_BYTES, 1));
    await delay(LEAK_MS);
    return {};
  },
};

/** From these the host does not come back, which is what can happen in the middle of a chunk. */
const ENDS = ['segv', 'exit', 'hang', 'oom'];

/** Throws when `text` is not a fault followed by `@` and a number, or by `:` and a word. */
export function withFault(engine: Engine, text: string): Engine {
  const [, kind = '', inside, chunk, word] = /^(\w+)(-in)?(?:@(\d+)|:(.+))$/.exec(text) ?? [];
  const fault = Object.hasOwn(FAULTS, kind) ? FAULTS[kind] : undefined;
  if (fault === undefined || (inside !== undefined && !ENDS.includes(kind))) {
    const kinds = [...Object.keys(FAULTS), ...ENDS.map((end) => `${end}-in`)];
    throw new Error(
      `TTSD_FAULT is ${JSON.stringify(text)}, expected one of ${kinds.join(', ')} with @CHUNK or :WORD`,
    );
  }
  let chunks = 0;
  const isHit = (input: ChunkInput) =>
    word === undefined ? chunks >= Number(chunk) : input.text.includes(word);
  return {
    sampleRateHz: engine.sampleRateHz,
    async synthesize(input, signal, listener) {
      chunks++;
      if (inside !== undefined && isHit(input))
        return engine.synthesize(input, signal, failInside(listener, fault));
      const instead = isHit(input) ? await fault() : {};
      return { ...(await engine.synthesize(input, signal, listener)), ...instead };
    },
    close: () => engine.close(),
  };
}

/** At the second part: by then the first one has left the process. */
function failInside(listener: ChunkListener = {}, fault: () => Promise<unknown>): ChunkListener {
  let parts = 0;
  return {
    ...listener,
    onPart(samples) {
      if (++parts === 2) void fault();
      listener.onPart?.(samples);
    },
  };
}

function block(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
