// The only importer of onnxruntime-node: opens a graph, checks its contract, runs it.
import * as ort from 'onnxruntime-node';

export type Tensor = ort.Tensor;
export const Tensor = ort.Tensor;

/** Names of the inputs and outputs that the caller relies on; a graph may have more outputs. */
export interface GraphContract {
  inputs: readonly string[];
  outputs: readonly string[];
}

export interface SessionOptions {
  /** Intra-op threads, at least 1. */
  threads: number;
  /** True for a graph that was optimised when it was prepared: opening it takes half the time. */
  isOptimised?: boolean;
}

/** Opens the graph at `path`; throws naming the file and the difference when its inputs or outputs are not the contract's. */
export async function openSession(
  path: string,
  contract: GraphContract,
  { threads, isOptimised = false }: SessionOptions,
): Promise<ort.InferenceSession> {
  const session = await ort.InferenceSession.create(path, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: isOptimised ? 'disabled' : 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Chunks differ in length: a memory pattern per shape grows without bound.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // A daemon's threads must not spin while it waits for work.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const missing = [
    ...difference(contract.inputs, session.inputNames).map((name) => `input ${name}`),
    ...difference(session.inputNames, contract.inputs).map((name) => `no input ${name}`),
    ...difference(contract.outputs, session.outputNames).map((name) => `output ${name}`),
  ];
  if (missing.length > 0)
    throw new Error(`${path} does not match its engine: expected ${missing.join(', ')}`);
  return session;
}

function difference(a: readonly string[], b: readonly string[]): string[] {
  return a.filter((name) => !b.includes(name));
}
