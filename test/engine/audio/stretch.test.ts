import { expect, test } from 'vitest';
import { createStretcher } from '../../../src/engine/audio/stretch.ts';
import { createTrimmer } from '../../../src/engine/audio/trim-as-it-comes.ts';

const RATE_HZ = 24_000;

function makeTone(sec: number, hz = 200): Float32Array {
  return Float32Array.from(
    { length: sec * RATE_HZ },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / RATE_HZ),
  );
}

function join(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

function stretch(samples: Float32Array, speed: number, blocks: number): Float32Array {
  const stretcher = createStretcher({ sampleRateHz: RATE_HZ, speed });
  const size = Math.ceil(samples.length / blocks);
  const parts = Array.from({ length: blocks }, (_, i) =>
    stretcher.push(samples.slice(i * size, (i + 1) * size)),
  );
  return join([...parts, stretcher.finish()]);
}

/** How often it goes up through zero in a second. */
function countCycles(samples: Float32Array): number {
  const ups = samples.filter((sample, i) => i > 0 && samples[i - 1]! < 0 && sample >= 0).length;
  return (ups / samples.length) * RATE_HZ;
}

test.each([0.25, 0.5, 0.8, 1.25, 2, 4])(
  'at speed %d a tone lasts as long as it should and keeps its pitch',
  (speed) => {
    const tone = makeTone(2);
    const made = stretch(tone, speed, 5);
    expect(made.length).toBe(Math.round(tone.length / speed));
    expect(Math.abs(countCycles(made) - 200)).toBeLessThan(8);
    // No click: no step that the tone does not have.
    let steepest = 0;
    for (let i = 1; i < made.length - RATE_HZ / 50; i++)
      steepest = Math.max(steepest, Math.abs(made[i]! - made[i - 1]!));
    expect(steepest).toBeLessThan(0.06);
  },
);

test('in whatever blocks a sound comes, the same comes out', () => {
  const tone = makeTone(1, 130);
  expect(stretch(tone, 1.3, 7)).toEqual(stretch(tone, 1.3, 1));
});

test('less than a piece is stretched too', () => {
  expect(stretch(makeTone(0.005), 2, 1).length).toBe(60);
  expect(stretch(new Float32Array(0), 2, 1).length).toBe(0);
});

test('silence before and behind is cut off, whatever parts it comes in, and what is given out ends at zero', () => {
  const silence = new Float32Array(RATE_HZ / 2);
  const sound = makeTone(0.4);
  const whole = join([silence, sound, silence, sound, silence]);
  const trim = (size: number) => {
    const trimmer = createTrimmer(RATE_HZ);
    const parts: Float32Array[] = [];
    for (let at = 0; at < whole.length; at += size) parts.push(trimmer.push(whole.slice(at, at + size)));
    return join([...parts, trimmer.finish()]);
  };
  const made = trim(whole.length);
  expect(made.length / RATE_HZ).toBeGreaterThan(1.3);
  expect(made.length / RATE_HZ).toBeLessThan(1.36);
  expect([made[0], made.at(-1)]).toEqual([0, 0]);
  for (const size of [1200, 6000, 11_111]) {
    const other = trim(size);
    expect(Math.abs(other.length - made.length)).toBeLessThanOrEqual(60);
    expect(Math.abs(other.at(-1)!)).toBeLessThan(1e-3);
  }
  expect(createTrimmer(RATE_HZ).finish().length).toBe(0);
});
