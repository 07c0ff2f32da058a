import { expect, test } from 'vitest';
import { openFft } from '../../../../src/engine/engines/hibari/fft.ts';

const SIZE = 1200;

test('the spectrum is the sum that defines it', async () => {
  const { time, spectrum, forward } = await openFft(SIZE);
  for (let i = 0; i < 2 * SIZE; i++) time[i] = Math.sin(i * i * 0.013);
  const input = Float64Array.from(time);
  forward();
  for (const k of [0, 1, 7, 599, 600, 601, 1199]) {
    let re = 0;
    let im = 0;
    for (let n = 0; n < SIZE; n++) {
      const angle = (-2 * Math.PI * ((k * n) % SIZE)) / SIZE;
      re += input[2 * n]! * Math.cos(angle) - input[2 * n + 1]! * Math.sin(angle);
      im += input[2 * n]! * Math.sin(angle) + input[2 * n + 1]! * Math.cos(angle);
    }
    expect(spectrum[2 * k]).toBeCloseTo(re, 3);
    expect(spectrum[2 * k + 1]).toBeCloseTo(im, 3);
  }
});

test('forward and inverse give back the input times the size', async () => {
  const { time, forward, inverse } = await openFft(SIZE);
  for (let i = 0; i < 2 * SIZE; i++) time[i] = Math.cos(i * i * 0.007);
  const input = Float64Array.from(time);
  forward();
  time.fill(0);
  inverse();
  for (let i = 0; i < 2 * SIZE; i++) expect(time[i]! / SIZE).toBeCloseTo(input[i]!, 5);
});
