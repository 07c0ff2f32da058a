// Small ONNX graphs, made in the test that needs them.
import { hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  addInput,
  addOutput,
  type ElementType,
  type Graph,
  makeConstant,
  readGraph,
} from '../../src/engine/model/graph/onnx.ts';
import { integer, message, text, writeFields } from '../../src/engine/model/graph/wire.ts';
import { openSession, Tensor } from '../../src/engine/model/session.ts';

const IR_VERSION = 8;

export function makeGraph({
  opset = 17,
  inputs,
  outputs,
  build,
}: {
  opset?: number;
  inputs: Record<string, ElementType>;
  outputs: Record<string, ElementType>;
  build: (graph: Graph) => void;
}): Graph {
  const empty = [integer(1, IR_VERSION), message(7, [text(2, 'graph')]), message(8, [integer(2, opset)])];
  const graph = readGraph(writeFields(empty));
  for (const [name, type] of Object.entries(inputs)) addInput(graph, name, type);
  for (const [name, type] of Object.entries(outputs)) addOutput(graph, name, type);
  build(graph);
  return graph;
}

/** A model's folder with these files and their manifest; taken away when the test ends. */
export async function makeModelDir(
  files: Record<string, Uint8Array | string>,
  manifest: Record<string, unknown>,
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ttsd-model-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const listed: Record<string, unknown> = {};
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(dir, name), content);
    listed[name] = { bytes: Buffer.byteLength(content), sha256: hash('sha256', content) };
  }
  const whole = {
    id: 'small',
    name: 'Small',
    revision: '1',
    licence: 'MIT',
    parameters: {},
    files: listed,
    ...manifest,
  };
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(whole));
  return dir;
}

/** What a graph makes of its only input `x`: the values of its only output `y`. */
export async function runGraph(
  graph: Graph,
  x: Float32Array,
  dims: readonly number[],
): Promise<Float32Array> {
  const session = await openSession(
    graph.write(),
    { inputs: ['x'], outputs: ['y'] },
    { threads: 1, name: 'test' },
  );
  const { y } = await session.run({ x: new Tensor('float32', x, dims) });
  await session.release();
  return y!.data as Float32Array;
}

export function addFloats(graph: Graph, name: string, dims: readonly number[]): string {
  const values = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + 1));
  graph.constants.set(name, makeConstant(name, values, dims));
  return name;
}
