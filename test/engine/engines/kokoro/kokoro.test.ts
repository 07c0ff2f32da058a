import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStyles } from '../../../../src/engine/engines/kokoro/styles.ts';
import { openEngine } from '../../../../src/engine/open-engine.ts';

const WEIGHTS = join(
  process.env.TTS_TEST_WEIGHTS ?? join(homedir(), '.cache', 'ttsd-test-weights'),
  'kokoro',
);

test.skipIf(!existsSync(join(WEIGHTS, 'model.onnx')))(
  'Kokoro speaks, and refuses a speaker that it does not have',
  { timeout: 120_000 },
  async () => {
    const engine = await openEngine({ modelDir: await makeModel() });
    onTestFinished(() => engine.close());
    const speak = async (speaker: string) => {
      const input = { text: 'Yes.', speaker, speed: 1, seed: 1, params: {} };
      const { samples, warnings } = await engine.synthesize(input, new AbortController().signal);
      expect(warnings).toEqual([]);
      expect(samples.every((value) => Math.abs(value) <= 1)).toBe(true);
      return samples;
    };
    expect((await speak('af_heart*0.6+am_adam*0.4')).length / 24_000).toBeGreaterThan(0.2);
    await expect(speak('zz_nobody')).rejects.toThrow('has no speaker zz_nobody');
  },
);

test.skipIf(!existsSync(join(WEIGHTS, 'voices')))(
  'a blend is the weighted mean of its speakers, at the row of the length',
  async () => {
    const styles = openStyles(WEIGHTS, new Set(['af_heart', 'am_adam']));
    const [heart, adam, blend, longer] = await Promise.all([
      styles.find('af_heart', 20),
      styles.find('am_adam', 20),
      styles.find('af_heart*0.6+am_adam*0.4', 20),
      styles.find('af_heart', 21),
    ]);
    expect(longer).not.toEqual(heart);
    for (const [i, value] of blend.entries()) expect(value).toBeCloseTo(0.6 * heart[i]! + 0.4 * adam[i]!, 5);
  },
);

/** A folder with a manifest over the weights of the cache. */
async function makeModel(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ttsd-kokoro-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await symlink(join(WEIGHTS, 'model.onnx'), join(dir, 'model.onnx'));
  await symlink(join(WEIGHTS, 'voices'), join(dir, 'voices'));
  const speakers = (await readdir(join(WEIGHTS, 'voices')))
    .map((name) => name.replace('.bin', ''))
    .filter((id) => /^[ab]/.test(id))
    .map((id) => ({ id, name: id, language: id.startsWith('a') ? 'en-US' : 'en-GB', gender: 'neutral' }));
  const model = await readFile(join(WEIGHTS, 'model.onnx'));
  const manifest = {
    id: 'kokoro',
    name: 'Kokoro',
    revision: '1',
    engine: 'kokoro',
    licence: 'Apache-2.0',
    languages: ['en-US', 'en-GB'],
    sampleRateHz: 24_000,
    parameters: {},
    speakers,
    files: { 'model.onnx': { bytes: model.length, sha256: hash('sha256', model) } },
  };
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
  return dir;
}
