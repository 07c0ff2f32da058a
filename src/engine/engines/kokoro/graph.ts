// One run of Kokoro's graph, whichever of its exports it is.
import { type GraphContract, pickName, type Session, Tensor } from '../../model/session.ts';
import { DURATIONS_OUTPUT } from './prepare-graph.ts';
import { STYLE_VALUES } from './styles.ts';

const IDS = ['input_ids', 'tokens'] as const;
const AUDIO = ['waveform', 'audio'] as const;
export const KOKORO_CONTRACT: GraphContract = { inputs: [IDS, 'style', 'speed'], outputs: [AUDIO] };
/** Stands at both ends of the ids. */
const PADDING_ID = 0;

export interface KokoroRun {
  audio: Float32Array;
  /** In steps of 600 samples: the silence before, one for each id, the silence after. Undefined where the graph does not tell. */
  durations: number[] | undefined;
}

export function openKokoroGraph(
  session: Session,
): (input: { ids: readonly number[]; style: Float32Array; speed: number }) => Promise<KokoroRun> {
  const idsName = pickName(IDS, session.inputNames);
  const audioName = pickName(AUDIO, session.outputNames);
  const types = new Map(session.inputMetadata.map((input) => [input.name, input.isTensor ? input.type : '']));
  const makeFloats = (name: string, values: Float32Array, dims: number[]): Tensor => {
    const type = types.get(name);
    if (type === 'int32') return new Tensor('int32', Int32Array.from(values, Math.round), dims);
    return new Tensor('float32', values, dims);
  };
  return async ({ ids, style, speed }) => {
    const padded = BigInt64Array.from([PADDING_ID, ...ids, PADDING_ID], BigInt);
    const outputs = await session.run({
      [idsName]: new Tensor('int64', padded, [1, padded.length]),
      style: makeFloats('style', style, [1, STYLE_VALUES]),
      speed: makeFloats('speed', Float32Array.of(speed), [1]),
    });
    const told = session.outputNames.find(
      (name) => name === DURATIONS_OUTPUT || (name !== audioName && outputs[name]!.size === padded.length),
    );
    const steps =
      told === undefined
        ? undefined
        : Array.from(outputs[told]!.data as Float32Array | BigInt64Array, Number);
    return {
      audio: outputs[audioName]!.data as Float32Array,
      durations: steps?.length === padded.length ? steps : undefined,
    };
  };
}
