// Makes a Piper graph fast and repeatable: what it draws at random becomes an input, and the durations that it chooses an output.

import { makePictures } from '../../model/graph/flat-pictures.ts';
import { addInput, addOutput, ELEMENT, type Graph, makeConstant, makeNode } from '../../model/graph/onnx.ts';
import { decodeInHalves } from '../../model/graph/two-halves.ts';
import { upsampleByConvolution } from '../../model/graph/upsample.ts';
import type { Recipe } from '../../model/prepared.ts';

/** One input for each place where the graph wants noise, in order; any length, repeated where it is too short. */
export const NOISE_INPUTS = ['noise_0', 'noise_1'] as const;
/** Of each id, in steps of the hop; only where the graph rounds durations in one place. */
export const DURATIONS_OUTPUT = 'durations';

export const PIPER_RECIPE: Recipe = {
  version: 3,
  change(graph) {
    feedNoise(graph);
    tellDurations(graph);
    decodeInHalves(graph);
    makePictures(graph);
    upsampleByConvolution(graph);
  },
};

function feedNoise(graph: Graph): void {
  const places = graph.nodes.filter(({ op }) => op === 'RandomNormalLike');
  if (places.length > NOISE_INPUTS.length)
    throw new Error(`it draws noise in ${places.length} places, at most ${NOISE_INPUTS.length} are expected`);
  const zero = makeConstant('ttsd_zero', BigInt64Array.of(0n), [1]);
  const one = makeConstant('ttsd_one', BigInt64Array.of(1n), [1]);
  const whole = makeConstant('ttsd_whole', BigInt64Array.of(-1n), [1]);
  for (const constant of [zero, one, whole]) graph.constants.set(constant.name, constant);
  for (const [i, place] of places.entries()) {
    const noise = NOISE_INPUTS[i]!;
    addInput(graph, noise, ELEMENT.float);
    const name = (part: string) => `ttsd_${noise}_${part}`;
    const like = place.inputs[0]!;
    const nodes = [
      makeNode('Shape', [like], [name('shape')]),
      makeNode('Size', [like], [name('size')]),
      makeNode('Reshape', [name('size'), whole.name], [name('wanted')]),
      makeNode('Shape', [noise], [name('given')]),
      makeNode('Div', [name('wanted'), name('given')], [name('times')]),
      makeNode('Add', [name('times'), one.name], [name('repeats')]),
      makeNode('Tile', [noise, name('repeats')], [name('plenty')]),
      makeNode('Slice', [name('plenty'), zero.name, name('wanted'), zero.name], [name('flat')]),
      makeNode('Reshape', [name('flat'), name('shape')], place.outputs),
    ];
    graph.nodes.splice(graph.nodes.indexOf(place), 1, ...nodes);
  }
}

function tellDurations(graph: Graph): void {
  const rounded = graph.nodes.filter(({ op }) => op === 'Ceil');
  if (rounded.length !== 1) return;
  graph.nodes.push(makeNode('Identity', rounded[0]!.outputs, [DURATIONS_OUTPUT]));
  addOutput(graph, DURATIONS_OUTPUT, ELEMENT.float);
}
