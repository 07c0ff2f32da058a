// A clip at another rate, against what librosa's best resampler makes of the same speech.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resampleWhole } from '../../../src/engine/audio/resample-whole.ts';
import { measureLikeReference } from '../../../src/engine/engines/chatterbox/clip-loudness.ts';
import { CLIP_PATH, readRecording } from '../../helpers/chatterbox-models.ts';

const recorded = (await readRecording('resampling')) as Record<string, Int16Array> & { lufs: number };
const toFloats = (words: Int16Array, scale = 32_768) => Float32Array.from(words, (word) => word / scale);

test.each([16_000, 22_050, 44_100, 48_000])(
  'speech at %i Hz becomes what it becomes in librosa',
  (fromHz) => {
    const resampled = resampleWhole(toFloats(recorded[`${fromHz}.clip`]!), { fromHz, toHz: 24_000 });
    const expected = toFloats(recorded[`${fromHz}.resampled`]!, 32_767);
    expect(Math.abs(resampled.length - expected.length)).toBeLessThanOrEqual(1);
    let most = 0;
    // At its ends the clip is cut out of speech: what filters make of the edge differs.
    for (let i = 240; i < expected.length - 240; i++)
      most = Math.max(most, Math.abs(resampled[i]! - expected[i]!));
    expect(most).toBeLessThan(1e-3);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.1);
  },
);

test('a clip is as loud as pyloudnorm says', () => {
  const samples = toFloats(new Int16Array(Uint8Array.from(readFileSync(CLIP_PATH).subarray(44)).buffer));
  expect(measureLikeReference(samples, 24_000)).toBeCloseTo(recorded.lufs, 4);
});
