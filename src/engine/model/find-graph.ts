// The graph among a model's files, whatever it is called.
import type { ModelManifest } from './manifest.ts';

/** Its name. Throws unless there is exactly one. */
export function findGraph(modelDir: string, { engine, files }: ModelManifest): string {
  const graphs = Object.keys(files).filter((name) => name.endsWith('.onnx'));
  if (graphs.length === 1) return graphs[0]!;
  throw new Error(
    `${modelDir} has ${graphs.length} .onnx files in its manifest, and a model of ${engine} has one`,
  );
}
