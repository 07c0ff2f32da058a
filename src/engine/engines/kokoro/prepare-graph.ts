// Makes a Kokoro graph fast, and lets it tell the durations that it chooses.
import { dequantiseConvolutions } from '../../model/graph/dequantise.ts';
import { addOutput, ELEMENT, type Graph, makeNode } from '../../model/graph/onnx.ts';
import { widenHalves } from '../../model/graph/widen.ts';
import type { Recipe } from '../../model/prepared.ts';

/** Of each id, in steps of 600 samples; only of graphs that round them in one place. */
export const DURATIONS_OUTPUT = 'ttsd_durations';

export const KOKORO_RECIPE: Recipe = {
  version: 1,
  change(graph) {
    tellDurations(graph);
    dequantiseConvolutions(graph);
    widenHalves(graph);
  },
};

/** They are rounded, and then at least 1. */
function tellDurations(graph: Graph): void {
  const rounded = graph.nodes.filter(({ op }) => op === 'Round').flatMap(({ outputs }) => outputs);
  const kept = graph.nodes.filter(
    ({ op, inputs }) => (op === 'Clip' || op === 'Max') && rounded.includes(inputs[0]!),
  );
  if (kept.length !== 1) return;

  graph.nodes.push(makeNode('Cast', [kept[0]!.outputs[0]!], [DURATIONS_OUTPUT], { to: ELEMENT.float }));
  addOutput(graph, DURATIONS_OUTPUT, ELEMENT.float);
}
