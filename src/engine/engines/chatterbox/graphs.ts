// Opens the four graphs of a model and runs them: typed arrays in, typed arrays out.
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Device } from '../../model/device.ts';
import { readGraph } from '../../model/graph/onnx.ts';
import type { ModelManifest } from '../../model/manifest.ts';
import { openAnyGraph, type Session, Tensor } from '../../model/session.ts';
import { SAMPLES_PER_TOKEN, START_SPEECH } from './constants.ts';
import { keepOutside } from './keep-outside.ts';
import { describeGraph, type Graphs, type Layout, readLayout } from './layout.ts';
import { createMemory, type Memory } from './memory.ts';
import { openTextTable, type TextTable } from './text-table.ts';

/** What the model hears in a clip. */
export interface Voice {
  /** Rows of the prompt, each as wide as the model. */
  features: Float32Array;
  /** What the clip says, in tokens of speech. */
  tokens: Int32Array;
  speaker: Float32Array;
  /** Two rows of 80 for each token. */
  mel: Float32Array;
}

export interface ChatterboxGraphs {
  layout: Layout;
  /** Undefined where guidance cannot be computed. */
  textTable: TextTable | undefined;
  /** `samples` at 24 kHz, whole tokens. */
  hear(samples: Float32Array): Promise<Voice>;
  /** The prompt's rows for ids of text, as the tokenizer gives them. */
  embedText(ids: readonly number[], exaggeration: number): Promise<Float32Array>;
  /** The row of the token of speech that is `at` places behind the first. */
  embedSpeech(id: number, at: number, exaggeration: number): Promise<Float32Array>;
  /** Of `rows` texts side by side. */
  createMemory(rows: number): Memory;
  /** Reads `embeds`, of `rows` texts side by side, into `memory` and answers the figures for what comes next, row by row. */
  think(memory: Memory, embeds: Float32Array, rows: number): Promise<Float32Array[]>;
  /** Samples at 24 kHz of `tokens` in this voice. */
  decode(voice: Voice, tokens: readonly number[]): Promise<Float32Array>;
  close(): Promise<void>;
}

const NAMES: Graphs<string> = {
  encoder: 'speech_encoder',
  embeds: 'embed_tokens',
  model: 'language_model',
  decoder: 'conditional_decoder',
};

/** Throws naming the file, what is wrong with it and the remedy. */
export async function openGraphs({
  modelDir,
  manifest,
  threads,
  device,
}: {
  modelDir: string;
  manifest: ModelManifest;
  threads: number;
  device: Device;
}): Promise<ChatterboxGraphs> {
  const paths = Object.fromEntries(
    Object.entries(NAMES).map(([role, name]) => [role, findFile(name, { modelDir, manifest })]),
  ) as unknown as Graphs<string>;
  const read = async (path: string) => readGraph(await readFile(path));
  const embedsGraph = await read(paths.embeds);
  const modelGraph = await read(paths.model);
  const layout = readLayout(
    {
      encoder: describeGraph(await read(paths.encoder)),
      embeds: describeGraph(embedsGraph),
      model: describeGraph(modelGraph),
      decoder: describeGraph(await read(paths.decoder)),
    },
    paths,
  );
  keepOutside(modelGraph, layout);
  const sessions: Partial<Sessions> = {};
  try {
    sessions.embeds = await openAnyGraph(paths.embeds, { threads });
    sessions.decoder = await openAnyGraph(paths.decoder, { threads, device });
    sessions.model = await openAnyGraph(modelGraph.write(), {
      threads,
      device,
      weightsDir: dirname(paths.model),
    });
    const textTable = layout.isTurbo
      ? undefined
      : await openTextTable(embedsGraph, { path: paths.embeds, width: layout.width });
    // Open only while it hears: that is once a voice, it is the largest but one, and some devices lack operators of it.
    const openEncoder = () => openAnyGraph(paths.encoder, { threads });
    return connect(sessions as Sessions, { layout, textTable, openEncoder, decoderPath: paths.decoder });
  } catch (error) {
    await closeAll(sessions);
    throw error;
  }
}

type Sessions = Omit<Graphs<Session>, 'encoder'>;

function connect(
  { embeds, model, decoder }: Sessions,
  {
    layout,
    textTable,
    openEncoder,
    decoderPath,
  }: {
    layout: Layout;
    textTable: TextTable | undefined;
    openEncoder: () => Promise<Session>;
    decoderPath: string;
  },
): ChatterboxGraphs {
  const { isTurbo, width, vocabulary } = layout;
  let ones = new BigInt64Array(0);

  async function embed(ids: readonly number[], positions: readonly number[], exaggeration: number) {
    const outputs = await embeds.run({
      input_ids: makeIds(ids),
      ...(!isTurbo && {
        position_ids: makeIds(positions),
        exaggeration: new Tensor('float32', Float32Array.of(exaggeration), [1]),
      }),
    });
    return outputs.inputs_embeds!.data as Float32Array;
  }

  return {
    layout,
    textTable,
    async hear(samples) {
      const encoder = await openEncoder();
      const outputs = await encoder
        .run({ audio_values: new Tensor('float32', samples, [1, samples.length]) })
        .finally(() => encoder.release());
      const tokens = Int32Array.from(outputs.audio_tokens!.data as BigInt64Array, Number);
      const mel = outputs.speaker_features!;
      if (mel.dims[1] !== 2 * tokens.length)
        throw new Error(
          `the model heard ${tokens.length} tokens and ${mel.dims[1]} frames in the clip; a frame is half a token`,
        );
      return {
        features: outputs.audio_features!.data as Float32Array,
        tokens,
        speaker: outputs.speaker_embeddings!.data as Float32Array,
        mel: mel.data as Float32Array,
      };
    },
    embedText: (ids, exaggeration) => embed(ids, placeText(ids), exaggeration),
    async embedSpeech(id, at, exaggeration) {
      // Alone the id 0 would be taken for the end of the text; behind that end it is speech.
      if (id === 0 && !isTurbo) return (await embed([0, 0], [0, at], exaggeration)).subarray(width);
      return embed([id], [at], exaggeration);
    },
    createMemory: (rows) => createMemory(layout, rows),
    async think(memory, prompt, rows) {
      const length = prompt.length / rows / width;
      const total = memory.length + length;
      if (ones.length < rows * total) ones = new BigInt64Array(rows * total * 2).fill(1n);
      const outputs = await model.run({
        inputs_embeds: new Tensor('float32', prompt, [rows, length, width]),
        attention_mask: new Tensor('int64', ones.subarray(0, rows * total), [rows, total]),
        ...(isTurbo && { position_ids: makeIds(Array.from({ length }, (_, i) => memory.length + i)) }),
        ...memory.feeds(),
      });
      memory.add(outputs);
      const logits = outputs.logits!.data as Float32Array;
      return Array.from({ length: rows }, (_, row) => {
        const end = (row + 1) * length * vocabulary;
        return logits.subarray(end - vocabulary, end);
      });
    },
    async decode(voice, tokens) {
      const { waveform } = await decoder.run({
        speech_tokens: makeIds([...voice.tokens, ...tokens]),
        speaker_embeddings: new Tensor('float32', voice.speaker, [1, voice.speaker.length]),
        speaker_features: new Tensor('float32', voice.mel, [1, voice.mel.length / 80, 80]),
      });
      const samples = waveform!.data as Float32Array;
      if (samples.length !== tokens.length * SAMPLES_PER_TOKEN)
        throw new Error(
          `${decoderPath} made ${samples.length} samples of ${tokens.length} tokens, expected ${SAMPLES_PER_TOKEN} each. Take another export of the model.`,
        );
      return samples;
    },
    close: () => closeAll({ embeds, model, decoder }),
  };
}

/** Text counts from the token behind the one for the exaggeration; what begins speech, and that one, stand at 0. */
export function placeText(ids: readonly number[]): number[] {
  return ids.map((id, i) => (id >= START_SPEECH ? 0 : i - 1));
}

function makeIds(ids: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
}

/** One of them, whatever its precision is called. */
function findFile(
  name: string,
  { modelDir, manifest }: { modelDir: string; manifest: ModelManifest },
): string {
  const pattern = new RegExp(`^${name}(_[a-z0-9]+)?\\.onnx$`);
  const found = Object.keys(manifest.files).filter((file) => pattern.test(basename(file)));
  if (found.length === 1) return join(modelDir, found[0]!);
  throw new Error(
    `${modelDir} has ${found.length} files ${name}*.onnx in its manifest, and a model of chatterbox has one. Reinstall the model.`,
  );
}

async function closeAll(sessions: Partial<Sessions>): Promise<void> {
  await Promise.all(Object.values(sessions).map((session) => session.release()));
}
