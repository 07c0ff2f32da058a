import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSession } from '../../../src/engine/model/session.ts';

const GRAPH = join(import.meta.dirname, '../../../models/hibari/acoustic.onnx');

test('a graph with other inputs or outputs than the engine expects is refused with the difference', async () => {
  const contract = { inputs: ['ids', 'style'], outputs: ['f0', 'waveform'] };
  await expect(openSession(GRAPH, contract, { threads: 1 })).rejects.toThrow(
    `${GRAPH} does not match its engine: expected input style, no input speed, output waveform`,
  );
});
