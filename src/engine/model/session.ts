// The only importer of onnxruntime-node: opens a graph, checks its contract, runs it.
import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { Backend, Device } from './device.ts';

// Read when the first graph is opened. Otherwise the runtime reports what it runs to its maker.
process.env.ORT_DISABLE_TELEMETRY = '1';

export type Tensor = ort.Tensor;
export const Tensor = ort.Tensor;
export type Session = ort.InferenceSession;
export const RUNTIME_VERSION: string = ort.env.versions.node ?? ort.env.versions.common;

/** What the runtime can run graphs on here, the processor among them. */
export function listBackends(): Backend[] {
  const dir = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const binaries = join(dir, 'bin', '*', process.platform, process.arch);
  return ort
    .listSupportedBackends()
    .filter(({ name, bundled }) => bundled || globSync(join(binaries, `*providers_${name}.*`)).length > 0);
}

/** Smaller constants stay in the graph. */
const LEAST_OUTSIDE_BYTES = 4096;

/** A name, or the names that different exports of one model have for it. */
export type GraphName = string | readonly string[];

/** Names of the inputs and outputs that the caller relies on; a graph may have more outputs. */
export interface GraphContract {
  inputs: readonly GraphName[];
  /** Inputs that the graph may have or lack. */
  optionalInputs?: readonly string[];
  outputs: readonly GraphName[];
}

/** Where the optimised graph is written, and how the file beside it is called that its weights go into. */
export interface SaveTo {
  path: string;
  weightsName: string;
}

export interface SessionOptions {
  /** Intra-op threads, at least 1. */
  threads: number;
  /** The processor where it is left out. */
  device?: Device;
  /** True for a graph that was optimised when it was prepared: opening it takes half the time. */
  isOptimised?: boolean;
  saveTo?: SaveTo;
  /** What a graph that does not come from a file is called in errors. */
  name?: string;
  /** Where the files lie that a graph in memory keeps its weights in. */
  weightsDir?: string;
}

/** Opens the graph in a file, or in memory; throws naming it and the difference when its inputs or outputs are not the contract's. */
export async function openSession(
  graph: string | Uint8Array,
  contract: GraphContract,
  { name = String(graph), ...rest }: SessionOptions,
): Promise<Session> {
  const session = await openAnyGraph(graph, rest);
  const allowed = [...contract.inputs.flat(), ...(contract.optionalInputs ?? [])];
  const missing = [
    ...findMissing(contract.inputs, session.inputNames).map((name) => `input ${name}`),
    ...session.inputNames.filter((name) => !allowed.includes(name)).map((name) => `no input ${name}`),
    ...findMissing(contract.outputs, session.outputNames).map((name) => `output ${name}`),
  ];
  if (missing.length > 0)
    throw new Error(`${name} does not match its engine: expected ${missing.join(', ')}`);
  return session;
}

/** Opens a graph whatever its inputs and outputs are; they are the caller's to check. */
export async function openAnyGraph(
  graph: string | Uint8Array,
  { threads, device = 'cpu', isOptimised = false, saveTo, weightsDir }: Omit<SessionOptions, 'name'>,
): Promise<Session> {
  const options: ort.InferenceSession.SessionOptions = {
    // What a device cannot compute the processor does.
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    graphOptimizationLevel: isOptimised ? 'disabled' : 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Chunks differ in length: a memory pattern per shape grows without bound.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // A daemon's threads must not spin while it waits for work.
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        ...(saveTo !== undefined && {
          optimized_model_external_initializers_file_name: saveTo.weightsName,
          optimized_model_external_initializers_min_size_in_bytes: String(LEAST_OUTSIDE_BYTES),
        }),
        ...(weightsDir !== undefined && { model_external_initializers_file_folder_path: weightsDir }),
      },
    },
    ...(saveTo !== undefined && { optimizedModelFilePath: saveTo.path }),
  };
  return typeof graph === 'string'
    ? ort.InferenceSession.create(graph, options)
    : ort.InferenceSession.create(graph, options);
}

/**
 * 16-bit floats as the words that they are stored in; `words` are used as they are, without a copy. By hand, since the runtime's
 * library wraps them in a Float16Array where the platform has one, and its native part then takes them for nothing.
 */
export function makeHalfTensor(words: Uint16Array, dims: readonly number[]): Tensor {
  const tensor = new Tensor('float16', words, dims);
  Object.defineProperty(tensor, 'cpuData', { value: words });
  return tensor;
}

/** Which of its names a graph has. */
export function pickName(wanted: GraphName, names: readonly string[]): string {
  return [wanted].flat().find((name) => names.includes(name)) ?? [wanted].flat()[0]!;
}

function findMissing(wanted: readonly GraphName[], names: readonly string[]): string[] {
  return wanted
    .map((name) => [name].flat())
    .filter((alternatives) => !alternatives.some((name) => names.includes(name)))
    .map((alternatives) => alternatives.join(' or '));
}
