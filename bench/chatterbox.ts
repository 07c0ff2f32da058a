// Chatterbox: what the engine adds to the graph with each token, what the memory of the text costs, how soon a cancel is heard, what
// a voice costs that was heard before. With tiny weights, and at the real size with weights that mean nothing.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { seedDraws } from '../src/engine/engines/chatterbox/draws.ts';
import { generate } from '../src/engine/engines/chatterbox/generate.ts';
import { type ChatterboxGraphs, openGraphs } from '../src/engine/engines/chatterbox/graphs.ts';
import { makePick, type Pick } from '../src/engine/engines/chatterbox/sampling.ts';
import { openVoices } from '../src/engine/engines/chatterbox/voices.ts';
import { parseManifest, readManifest } from '../src/engine/model/manifest.ts';
import { openAnyGraph, type Session, Tensor } from '../src/engine/model/session.ts';
import { openEngine } from '../src/engine/open-engine.ts';
import { CLIP_PATH, makeChatterbox } from '../test/helpers/chatterbox-models.ts';
import { CACHE_DIR } from './cache-dir.ts';
import { SIZES, type Size, writeFullSize } from './chatterbox/full-size.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const threads = availableParallelism();
const MB = 1e6;
const TINY_TOKENS = 400;
const FULL_TOKENS = 40;
/** Rows of a voice and a sentence. */
const PROMPT = { turbo: 376 + 60, base: 33 + 60 };

export const chatterbox: Benchmark = {
  name: 'chatterbox',
  onlyByName: true,
  async run({ isFull }) {
    const rows = [...(await measureTiny()), ...(await measureFull('turbo'))];
    // 2 GB of weights, twice as many rows.
    if (isFull) rows.push(...(await measureFull('base')));
    return rows;
  },
};

async function measureTiny(): Promise<Row[]> {
  const modelDir = await makeChatterbox('turbo');
  const cacheDir = await mkdtemp(join(tmpdir(), 'ttsd-bench-voices-'));
  try {
    const graphs = await openGraphs({
      modelDir,
      manifest: await readManifest(modelDir),
      threads: 1,
      device: 'cpu',
    });
    const loop = await timeLoop(graphs, { prompt: PROMPT.turbo, tokens: TINY_TOKENS, rows: 1 });
    const voice = await measureVoice(graphs, modelDir, cacheDir);
    await graphs.close();
    return [toLoopRow('Turbo, tiny', loop, ''), voice, await measureCancel(modelDir)];
  } finally {
    await rm(modelDir, { recursive: true });
    await rm(cacheDir, { recursive: true });
  }
}

async function measureFull(name: keyof typeof SIZES): Promise<Row[]> {
  const size: Size = SIZES[name];
  const dir = join(CACHE_DIR, `chatterbox-${name}-2`);
  const files = await writeFullSize(dir, size);
  const manifest = parseManifest({
    id: name,
    name,
    revision: '1',
    engine: 'chatterbox',
    licence: 'CC0-1.0',
    languages: ['en'],
    sampleRateHz: 24_000,
    parameters: {},
    speakers: [],
    files: Object.fromEntries(files.map((file) => [file, { bytes: 1 }])),
  });
  const rows = size.isTurbo ? 1 : 2;
  const graphs = await openGraphs({ modelDir: dir, manifest, threads, device: 'cpu' });
  const loop = await timeLoop(graphs, { prompt: PROMPT[name], tokens: FULL_TOKENS, rows });
  const lateMs = await timeAbort(graphs, { prompt: PROMPT[name], rows });
  const memoryMb = process.memoryUsage.rss() / MB;
  await graphs.close();
  const plainMs = await timePlainLoop(join(dir, 'onnx', 'language_model.onnx'), size, {
    prompt: PROMPT[name],
    rows,
  });
  const what = `${name === 'turbo' ? 'Turbo' : 'base with guidance'}, real size, ${threads} threads`;
  return [
    toLoopRow(what, loop, '≤ 1.05'),
    {
      what: `${what}: a token`,
      ours: `${formatMs(loop.tokenMs)}, ${memoryMb.toFixed(0)} MB in all`,
      beside: `memory given back by the graph and fed in again: ${formatMs(plainMs)}`,
      ratio: formatRatio(loop.tokenMs, plainMs),
      goal: '< 1',
    },
    {
      what: `${what}: heard of a cancel`,
      ours: formatMs(lateMs),
      beside: `a token ${formatMs(loop.tokenMs)}`,
      ratio: formatRatio(lateMs, loop.tokenMs),
      goal: '50 ms, or a token',
    },
  ];
}

interface Loop {
  tokenMs: number;
  graphMs: number;
  /** Moved in the memory of the text for a token, on average. */
  movedMb: number;
}

/** One speech from the prompt on; what the runtime takes is measured inside, so that both are of the same speech. */
async function timeLoop(
  graphs: ChatterboxGraphs,
  { prompt, tokens, rows }: { prompt: number; tokens: number; rows: 1 | 2 },
): Promise<Loop> {
  const { width, layers, heads, headSize, isHalf } = graphs.layout;
  const graph = watchRuns();
  const sample = makePick(
    'turbo',
    { temperature: 0.8, repetitionPenalty: 1.2, topP: 0.95, topK: 1000 },
    seedDraws(1),
  );
  let startMs = 0;
  let graphStartMs = 0;
  const pick: Pick = (logits, heard) => {
    // The prompt is not counted: it is read once.
    if (startMs === 0) {
      startMs = performance.now();
      graphStartMs = graph.totalMs;
    }
    return sample(logits, heard) % 6561;
  };
  await generate(graphs, {
    prompt: { embeds: new Float32Array(rows * prompt * width).fill(0.01), rows, length: prompt },
    pick,
    guidance: rows === 1 ? 0 : 0.5,
    exaggeration: 0.5,
    kept: [],
    most: tokens,
    signal: new AbortController().signal,
  });
  const ms = performance.now() - startMs;
  graph.stop();
  const valueBytes = isHalf ? 2 : 4;
  return {
    tokenMs: ms / tokens,
    graphMs: (graph.totalMs - graphStartMs) / tokens,
    movedMb: (2 * layers * rows * heads * headSize * valueBytes * (prompt + tokens / 2)) / MB,
  };
}

function toLoopRow(what: string, { tokenMs, graphMs, movedMb }: Loop, goal: string): Row {
  return {
    what: `chatterbox, ${what}: engine and graph`,
    ours: `${formatMs(tokenMs)} a token, ${movedMb.toFixed(1)} MB moved in place`,
    beside: `the graphs alone ${formatMs(graphMs)}`,
    ratio: formatRatio(tokenMs, graphMs),
    goal,
  };
}

// The runtime's own class is reached through a graph, since only one file of ours names the runtime.
const SESSION_PROTOTYPE = await openAnyGraph(
  join(import.meta.dirname, '..', 'test', 'fixtures', 'chatterbox', 'turbo', 'onnx', 'embed_tokens.onnx'),
  { threads: 1 },
).then((session) => Object.getPrototypeOf(session) as { run: Session['run'] });

/** Sums up what the runtime's own calls take. */
function watchRuns(): { totalMs: number; stop(): void } {
  const watch = { totalMs: 0, stop: () => {} };
  const prototype = SESSION_PROTOTYPE;
  const { run } = prototype;
  prototype.run = async function (this: Session, ...args: Parameters<Session['run']>) {
    const startMs = performance.now();
    try {
      return await run.apply(this, args);
    } finally {
      watch.totalMs += performance.now() - startMs;
    }
  } as Session['run'];
  watch.stop = () => {
    prototype.run = run;
  };
  return watch;
}

/** The graph as it was exported: it answers its whole memory with every token, which goes in again. */
async function timePlainLoop(
  path: string,
  { heads, headSize, layers, isTurbo }: Size,
  { prompt, rows }: { prompt: number; rows: number },
): Promise<number> {
  const session = await openAnyGraph(path, { threads });
  const width = heads * headSize;
  let past: Record<string, Tensor> = Object.fromEntries(
    Array.from({ length: layers }, (_, i) => ['key', 'value'].map((kind) => `past_key_values.${i}.${kind}`))
      .flat()
      .map((name) => [
        name,
        new Tensor('float32', new Float32Array(rows * heads * prompt * headSize), [
          rows,
          heads,
          prompt,
          headSize,
        ]),
      ]),
  );
  const startMs = performance.now();
  for (let i = 0; i < FULL_TOKENS; i++) {
    const total = prompt + i + 1;
    const outputs = await session.run({
      inputs_embeds: new Tensor('float32', new Float32Array(rows * width), [rows, 1, width]),
      attention_mask: new Tensor('int64', new BigInt64Array(rows * total).fill(1n), [rows, total]),
      ...(isTurbo && { position_ids: new Tensor('int64', BigInt64Array.of(BigInt(total - 1)), [1, 1]) }),
      ...past,
    });
    past = Object.fromEntries(
      Object.keys(past).map((name) => [name, outputs[name.replace('past_key_values', 'present')]!]),
    );
  }
  const tokenMs = (performance.now() - startMs) / FULL_TOKENS;
  await session.release();
  return tokenMs;
}

/** From the moment of the cancel to the end of the speech; while a token is thought out nothing is heard. */
async function timeAbort(
  graphs: ChatterboxGraphs,
  { prompt, rows }: { prompt: number; rows: 1 | 2 },
): Promise<number> {
  const stop = new AbortController();
  let wishedMs = Infinity;
  const pick: Pick = (logits) => {
    if (wishedMs === Infinity) {
      // Some tokens later, somewhere within one.
      wishedMs = performance.now() + 777;
      setTimeout(() => stop.abort(), 777);
    }
    return logits.length % 6561;
  };
  await generate(graphs, {
    prompt: { embeds: new Float32Array(rows * prompt * graphs.layout.width), rows, length: prompt },
    pick,
    guidance: 0,
    exaggeration: 0.5,
    kept: [],
    most: 1000,
    signal: stop.signal,
  }).catch(() => {});
  return performance.now() - wishedMs;
}

async function measureVoice(graphs: ChatterboxGraphs, modelDir: string, cacheDir: string): Promise<Row> {
  const manifest = await readManifest(modelDir);
  const reference = {
    path: CLIP_PATH,
    sha256: createHash('sha256').update(readFileSync(CLIP_PATH)).digest('hex'),
  };
  const timeFind = async () => {
    // A new one each time, which remembers nothing itself.
    const findVoice = openVoices(graphs, { modelDir, manifest, engineVersion: 1, cacheDir });
    const startMs = performance.now();
    await findVoice(reference);
    return performance.now() - startMs;
  };
  const heardMs = await timeFind();
  const keptMs = await timeFind();
  return {
    what: 'chatterbox, tiny: a voice of 5 s that was heard before, from disk',
    ours: formatMs(keptMs),
    beside: `heard for the first time ${formatMs(heardMs)}`,
    ratio: formatRatio(keptMs, heardMs),
    goal: '',
  };
}

async function measureCancel(modelDir: string): Promise<Row> {
  const engine = await openEngine({ modelDir, device: 'cpu' });
  const latenesses: number[] = [];
  for (let seed = 1; seed <= 15; seed++) {
    const stop = new AbortController();
    const wishedMs = performance.now() + 40 + seed;
    setTimeout(() => stop.abort(), 40 + seed);
    const speech = engine.synthesize(
      { text: 'word '.repeat(60), speaker: 'default', speed: 1, seed, params: { temperature: 5 } },
      stop.signal,
    );
    if (
      await speech.then(
        () => false,
        () => true,
      )
    )
      latenesses.push(performance.now() - wishedMs);
  }
  await engine.close();
  latenesses.sort((a, b) => a - b);
  return {
    what: 'chatterbox, tiny: heard of a cancel, median',
    ours: formatMs(latenesses[latenesses.length >> 1]!),
    beside: `the longest of ${latenesses.length}: ${formatMs(latenesses.at(-1)!)}`,
    ratio: '',
    goal: '50 ms',
  };
}
