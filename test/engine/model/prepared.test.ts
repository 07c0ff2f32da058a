import { readdir, readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ELEMENT, makeConstant, makeNode } from '../../../src/engine/model/graph/onnx.ts';
import { readManifest } from '../../../src/engine/model/manifest.ts';
import { openPrepared } from '../../../src/engine/model/prepared.ts';
import { Tensor } from '../../../src/engine/model/session.ts';
import { makeGraph, makeModelDir } from '../../helpers/graphs.ts';

/** Large enough to lie outside the graph. */
const VALUES = 2000;
const RECIPE = { version: 1, change: () => {} };

/** Adds its one constant to whatever it is given. */
function makeModel(): Promise<string> {
  const graph = makeGraph({
    inputs: { x: ELEMENT.float },
    outputs: { y: ELEMENT.float },
    build({ nodes, constants }) {
      constants.set('w', makeConstant('w', new Float32Array(VALUES).fill(0.5), [VALUES]));
      nodes.push(makeNode('Add', ['x', 'w'], ['y']));
    },
  });
  return makeModelDir(
    { 'model.onnx': graph.write() },
    { engine: 'piper', languages: ['en-US'], sampleRateHz: 22_050, speakers: [] },
  );
}

async function runOnce(modelDir: string): Promise<number> {
  const session = await openPrepared(
    { modelDir, manifest: await readManifest(modelDir), file: 'model.onnx' },
    { inputs: ['x'], outputs: ['y'] },
    { recipe: RECIPE, threads: 1, device: 'cpu' },
  );
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1), [1]) });
  await session.release();
  return (y!.data as Float32Array)[VALUES - 1]!;
}

const list = async (modelDir: string) => (await readdir(join(modelDir, 'prepared'))).sort();

test('the graph and its weights are kept in two files, and read from them', async () => {
  const modelDir = await makeModel();
  expect(await runOnce(modelDir)).toBe(1.5);
  const kept = await list(modelDir);
  expect(kept).toEqual([
    expect.stringMatching(/^model-[0-9a-f]{16}-[0-9a-f]{8}\.weights$/),
    expect.stringMatching(/^model-[0-9a-f]{16}\.onnx$/),
  ]);
  expect((await readFile(join(modelDir, 'prepared', kept[1]!))).length).toBeLessThan(4 * VALUES);
  expect(await runOnce(modelDir)).toBe(1.5);
  expect(await list(modelDir)).toEqual(kept);
});

test.each<[string, (weights: string) => Promise<void>]>([
  ['missing', unlink],
  ['cut off', (weights) => truncate(weights, 100)],
])('weights that are %s are made again, and what was left is taken away', async (_how, spoil) => {
  const modelDir = await makeModel();
  await runOnce(modelDir);
  const [weights] = await list(modelDir);
  await spoil(join(modelDir, 'prepared', weights!));
  expect(await runOnce(modelDir)).toBe(1.5);
  const kept = await list(modelDir);
  expect(kept).toHaveLength(2);
  expect(kept).not.toContain(weights);
});

test('where nothing can be kept the model is prepared each time', async () => {
  const modelDir = await makeModel();
  await writeFile(join(modelDir, 'prepared'), 'in the way');
  expect([await runOnce(modelDir), await runOnce(modelDir)]).toEqual([1.5, 1.5]);
});
