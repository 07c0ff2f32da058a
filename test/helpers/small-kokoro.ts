// A graph with the inputs and outputs of Kokoro's that needs no weights.
import { ELEMENT, type Graph, makeConstant, makeNode } from '../../src/engine/model/graph/onnx.ts';
import { makeGraph } from './graphs.ts';

export interface KokoroKind {
  ids: string;
  audio: string;
  half?: boolean;
  speed?: typeof ELEMENT.int32;
  tellsDurations?: boolean;
  samplesPerId?: bigint;
}

/** Each id lasts 2 steps of 600 samples; the sound is as loud as the first value of the style. */
export function makeKokoro({
  ids,
  audio,
  half,
  speed,
  tellsDurations,
  samplesPerId = 1200n,
}: KokoroKind): Graph {
  const real = half ? ELEMENT.half : ELEMENT.float;
  return makeGraph({
    inputs: { [ids]: ELEMENT.int64, style: real, speed: speed ?? real },
    outputs: { [audio]: real },
    build({ nodes, constants }) {
      for (const [name, value] of [
        ['first', 0n],
        ['one', 1n],
        ['per_id', samplesPerId],
      ] as const)
        constants.set(name, makeConstant(name, BigInt64Array.of(value), [1]));
      constants.set('two', makeConstant('two', Float32Array.of(2), [1]));
      nodes.push(
        makeNode('Cast', [ids], ['id_floats'], { to: ELEMENT.float }),
        makeNode('Mul', ['id_floats', 'two'], ['doubled']),
        makeNode('Sub', ['doubled', 'doubled'], ['nothing']),
        makeNode('Add', ['nothing', 'two'], ['steps']),
        ...(tellsDurations
          ? [
              makeNode('Round', ['steps'], ['rounded']),
              makeNode('Clip', ['rounded'], ['durations']),
              makeNode('ReduceSum', ['durations'], ['total'], { keepdims: 0 }),
            ]
          : []),
        makeNode('Size', [ids], ['count']),
        makeNode('Mul', ['count', 'per_id'], ['samples']),
        makeNode('ConstantOfShape', ['samples'], ['zeros']),
        makeNode('Cast', ['style'], ['styles'], { to: ELEMENT.float }),
        makeNode('Gather', ['styles', 'first'], ['row'], { axis: 1 }),
        makeNode('Reshape', ['row', 'one'], ['loudness']),
        makeNode('Add', ['zeros', 'loudness'], ['sound']),
        makeNode('Cast', ['sound'], [audio], { to: real }),
      );
    },
  });
}
