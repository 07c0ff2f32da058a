// Makes a Kokoro graph fast, and lets it tell the durations that it chooses.
import { dequantiseConvolutions } from '../../model/graph/dequantise.ts';
import { makePictures } from '../../model/graph/flat-pictures.ts';
import { joinNorms } from '../../model/graph/join-norms.ts';
import { addOutput, ELEMENT, type Graph, makeNode } from '../../model/graph/onnx.ts';
import { upsampleByConvolution } from '../../model/graph/upsample.ts';
import { widenHalves } from '../../model/graph/widen.ts';
import type { Recipe } from '../../model/prepared.ts';

/** Of each id, in steps of 600 samples; only of graphs that round them in one place. */
export const DURATIONS_OUTPUT = 'ttsd_durations';

export const KOKORO_RECIPE: Recipe = {
  version: 2,
  change(graph) {
    tellDurations(graph);
    dequantiseConvolutions(graph);
    joinNorms(graph);
    makePictures(graph);
    upsampleByConvolution(graph);
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
