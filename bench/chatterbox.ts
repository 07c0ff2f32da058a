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
import { makePick } from '../src/engine/engines/chatterbox/sampling.ts';
import { openVoices } from '../src/engine/engines/chatterbox/voices.ts';
import { parseManifest, readManifest } from '../src/engine/model/manifest.ts';
import { openAnyGraph, type Session, Tensor } from '../src/engine/model/session.ts';
import { openEngine } from '../src/engine/open-engine.ts';
import { CLIP_PATH, makeChatterbox } from '../test/helpers/chatterbox-models.ts';
import { CACHE_DIR } from './cache-dir.ts';
import { SIZES, type Size, writeFullSize } from './chatterbox/full-size.ts';
import { getQuantile } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const threads = availableParallelism();
const MB = 1e6;
const TINY_TOKENS = 400;
const FULL_TOKENS = 48;
const ABORTS = 5;
/** Tokens before it is another's turn. */
const BLOCK = 8;
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
    const path = join(modelDir, 'onnx', 'language_model.onnx');
    const turns = await takeTurns(graphs, { path, prompt: PROMPT.turbo, tokens: TINY_TOKENS, rows: 1 });
    const voice = await measureVoice(graphs, modelDir, cacheDir);
    await graphs.close();
    return [toTokenRow('Turbo, tiny', turns, ''), voice, await measureCancel(modelDir)];
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
  const memoryMb = process.memoryUsage.rss() / MB;
  const path = join(dir, 'onnx', 'language_model.onnx');
  const turns = await takeTurns(graphs, { path, prompt: PROMPT[name], tokens: FULL_TOKENS, rows });
  const late = await timeAborts(graphs, { prompt: PROMPT[name], rows });
  await graphs.close();
  const what = `${name === 'turbo' ? 'Turbo' : 'base with guidance'}, real size, ${threads} threads`;
  return [
    toTokenRow(what, turns, '≤ 1.05'),
    {
      what: `${what}: a token`,
      ours: `${formatMs(turns.oursMs)}; ${memoryMb.toFixed(0)} MB with the model open`,
      beside: `by the graph as exported, which answers its memory, in turn: ${formatMs(turns.answeredMs)}`,
      ratio: formatRatio(turns.oursMs, turns.answeredMs),
      goal: '< 1',
    },
    {
      what: `${what}: heard of a cancel, from when the token in hand is thought out, the longest of ${ABORTS}`,
      ours: formatMs(late.afterTokenMs),
      beside: `from the cancel on: ${formatMs(late.inAllMs)}; a token ${formatMs(turns.oursMs)}`,
      ratio: formatRatio(late.inAllMs, turns.oursMs),
      goal: '50 ms',
    },
  ];
}

/** Of a token: what a tenth of them took at most, which the rest of the machine has least to do with. */
interface Turns {
  oursMs: number;
  /** Of those, in the runtime's own calls. */
  withinMs: number;
  bareMs: number;
  answeredMs: number;
}

/**
 * One speech from the prompt on. Each token is thought out by the engine and then by the graphs alone, which are given the same once more;
 * between blocks of tokens come as many by the graph as it was exported, in `path`. So a busy machine is as unkind to all.
 */
async function takeTurns(
  graphs: ChatterboxGraphs,
  { path, prompt, tokens, rows }: { path: string; prompt: number; tokens: number; rows: 1 | 2 },
): Promise<Turns> {
  const exported = await openExported(path, graphs, { prompt, rows });
  const runs = watchRuns();
  const taken = { ours: [], within: [], bare: [], answered: [] } as Record<string, number[]>;
  const sample = makePick(
    'turbo',
    { temperature: 0.8, repetitionPenalty: 1.2, topP: 0.95, topK: 1000 },
    seedDraws(1),
  );
  let startMs = performance.now();
  await generate(graphs, {
    prompt: {
      embeds: new Float32Array(rows * prompt * graphs.layout.width).fill(0.01),
      rows,
      length: prompt,
    },
    pick: (logits, heard) => sample(logits, heard) % 6561,
    guidance: rows === 1 ? 0 : 0.5,
    exaggeration: 0.5,
    kept: [],
    most: tokens,
    signal: new AbortController().signal,
    async watch({ length }) {
      const oursMs = performance.now();
      const within = runs.noted.splice(0);
      for (const { session, feeds } of within) await runs.bare(session, feeds);
      const bareMs = performance.now();
      // The first of a block clears away what those before it left.
      if (length % BLOCK !== 1) {
        taken.ours!.push(oursMs - startMs);
        taken.within!.push(within.reduce((sum, { ms }) => sum + ms, 0));
        taken.bare!.push(bareMs - oursMs);
      }
      for (let i = 0; length % BLOCK === 0 && i < BLOCK; i++) {
        const stepMs = await exported.think();
        if (i > 0) taken.answered!.push(stepMs);
      }
      runs.noted.length = 0;
      startMs = performance.now();
      return undefined;
    },
  });
  runs.stop();
  await exported.close();
  const find = (name: string) => getQuantile(taken[name]!, 0.1);
  return {
    oursMs: find('ours'),
    withinMs: find('within'),
    bareMs: find('bare'),
    answeredMs: find('answered'),
  };
}

/** The language model as it was exported: it answers its whole memory with every token, which goes in again. */
async function openExported(
  path: string,
  { layout }: ChatterboxGraphs,
  { prompt, rows }: { prompt: number; rows: number },
): Promise<{ think(): Promise<number>; close(): Promise<void> }> {
  const session = await openAnyGraph(path, { threads });
  const { width, heads, headSize, isTurbo } = layout;
  const dims = [rows, heads, prompt, headSize];
  let total = prompt;
  let past: Feeds = Object.fromEntries(
    session.inputNames
      .filter((name) => name.startsWith('past_key_values'))
      .map((name) => [name, new Tensor('float32', new Float32Array(rows * prompt * width), dims)]),
  );
  return {
    async think() {
      const startMs = performance.now();
      total++;
      const outputs = await session.run({
        inputs_embeds: new Tensor('float32', new Float32Array(rows * width), [rows, 1, width]),
        attention_mask: new Tensor('int64', new BigInt64Array(rows * total).fill(1n), [rows, total]),
        ...(isTurbo && { position_ids: new Tensor('int64', BigInt64Array.of(BigInt(total - 1)), [1, 1]) }),
        ...past,
      });
      past = Object.fromEntries(
        Object.keys(past).map((name) => [name, outputs[name.replace('past_key_values', 'present')]!]),
      );
      return performance.now() - startMs;
    },
    close: () => session.release(),
  };
}

function toTokenRow(what: string, { oursMs, withinMs, bareMs }: Turns, goal: string): Row {
  return {
    what: `chatterbox, ${what}: a token by the engine`,
    ours: formatMs(oursMs),
    beside: `of which in the graphs ${formatMs(withinMs)}; by the graphs alone, in turn, ${formatMs(bareMs)}`,
    ratio: formatRatio(oursMs, withinMs),
    goal,
  };
}

// The runtime's own class is reached through a graph, since only one file of ours names the runtime.
const SESSION_PROTOTYPE = await openAnyGraph(
  join(import.meta.dirname, '..', 'test', 'fixtures', 'chatterbox', 'turbo', 'onnx', 'embed_tokens.onnx'),
  { threads: 1 },
).then((session) => Object.getPrototypeOf(session) as { run: Session['run'] });

type Feeds = Record<string, Tensor>;

/** Notes what the runtime is called with, so that it can be called with the same again, and what it takes. */
function watchRuns() {
  const { run } = SESSION_PROTOTYPE;
  const noted: { session: Session; feeds: Feeds; ms: number }[] = [];
  SESSION_PROTOTYPE.run = async function (this: Session, feeds: Feeds) {
    const startMs = performance.now();
    const outputs = await run.call(this, feeds as never, {});
    noted.push({ session: this, feeds, ms: performance.now() - startMs });
    return outputs;
  } as Session['run'];
  return {
    noted,
    bare: (session: Session, feeds: Feeds) => run.call(session, feeds as never, {}) as Promise<Feeds>,
    stop() {
      SESSION_PROTOTYPE.run = run;
    },
  };
}

/** How late a cancel is heard that comes somewhere within a token; while that is thought out nothing is heard. */
async function timeAborts(
  graphs: ChatterboxGraphs,
  { prompt, rows }: { prompt: number; rows: 1 | 2 },
): Promise<{ inAllMs: number; afterTokenMs: number }> {
  const late = { inAllMs: 0, afterTokenMs: 0 };
  for (let i = 0; i < ABORTS; i++) {
    const stop = new AbortController();
    let wishedMs = Infinity;
    let heardMs = 0;
    const { think } = graphs;
    await generate(
      {
        ...graphs,
        async think(...args) {
          const rowsOfLogits = await think(...args);
          heardMs = performance.now();
          return rowsOfLogits;
        },
      },
      {
        prompt: { embeds: new Float32Array(rows * prompt * graphs.layout.width), rows, length: prompt },
        pick: (logits) => {
          if (wishedMs === Infinity) {
            const waitMs = 100 * (i + 1);
            wishedMs = performance.now() + waitMs;
            setTimeout(() => stop.abort(), waitMs);
          }
          return logits.length % 6561;
        },
        guidance: 0,
        exaggeration: 0.5,
        kept: [],
        most: 1000,
        signal: stop.signal,
      },
    ).catch(() => {});
    const endMs = performance.now();
    late.inAllMs = Math.max(late.inAllMs, endMs - wishedMs);
    late.afterTokenMs = Math.max(late.afterTokenMs, endMs - Math.max(heardMs, wishedMs));
  }
  return late;
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
