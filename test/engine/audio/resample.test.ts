import { describe, expect, test } from 'vitest';
import { readSamples } from '../../../src/engine/audio/pcm.ts';
import { createResampler } from '../../../src/engine/audio/resample.ts';
import { measureSnrDb } from '../../helpers/pcm.ts';

function makeTone(hz: number, rateHz: number, lengthSamples: number): Buffer {
  const pcm = Buffer.alloc(lengthSamples * 2);
  for (let index = 0; index < lengthSamples; index++) {
    pcm.writeInt16LE(Math.round(20_000 * Math.sin((2 * Math.PI * hz * index) / rateHz)), index * 2);
  }
  return pcm;
}

function convert(pcm: Buffer, rates: { fromHz: number; toHz: number }, blockBytes = pcm.length): Buffer {
  const resampler = createResampler(rates);
  const parts: Buffer[] = [];
  for (let start = 0; start < pcm.length; start += blockBytes) {
    parts.push(resampler.resample(pcm.subarray(start, start + blockBytes)));
  }
  return Buffer.concat([...parts, resampler.finish()]);
}

/** Without the edges, where the tone begins and ends with a jump that no rate can hold. */
function getMiddle(pcm: Buffer): Buffer {
  return pcm.subarray(2000, pcm.length - 2000);
}

describe.each([
  [22_050, 24_000],
  [44_100, 48_000],
  [16_000, 24_000],
  [48_000, 24_000],
  [24_000, 22_050],
  [11_025, 24_000],
])('%i Hz to %i Hz', (fromHz, toHz) => {
  test('a tone stays that tone, in place and as long', () => {
    const converted = convert(makeTone(1000, fromHz, fromHz), { fromHz, toHz });
    expect(converted.length / 2).toBe(toHz);
    const wanted = makeTone(1000, toHz, toHz);
    expect(measureSnrDb(getMiddle(wanted), getMiddle(converted))).toBeGreaterThan(70);
  });

  test('does not depend on how the samples are cut into blocks', () => {
    const pcm = makeTone(440, fromHz, 3001);
    expect(convert(pcm, { fromHz, toHz }, 2).equals(convert(pcm, { fromHz, toHz }))).toBe(true);
    expect(convert(pcm, { fromHz, toHz }, 998).equals(convert(pcm, { fromHz, toHz }))).toBe(true);
  });
});

test('what the lower rate cannot hold is silent, not folded into something else', () => {
  const converted = convert(makeTone(15_000, 48_000, 24_000), { fromHz: 48_000, toHz: 24_000 });
  const loudest = readSamples(getMiddle(converted)).reduce(
    (most, sample) => Math.max(most, Math.abs(sample)),
    0,
  );
  expect(loudest).toBeLessThan(4);
});

test('nothing gives nothing, one sample gives its time', () => {
  expect(convert(Buffer.alloc(0), { fromHz: 22_050, toHz: 24_000 }, 2).length).toBe(0);
  expect(convert(Buffer.alloc(2), { fromHz: 22_050, toHz: 24_000 }).length / 2).toBe(2);
});

test.each([0, -1, 1.5, Number.NaN])('refuses a rate of %f', (rate) => {
  expect(() => createResampler({ fromHz: rate, toHz: 24_000 })).toThrow(RangeError);
});
