// Seeded Gaussian noise: the same seed gives the same values on every machine.

/** Fills the array, of even length, with the next values of a normal distribution of mean 0 and variance 1. */
export type FillNoise = (out: Float32Array) => void;

/**
 * A stream of normal values. Random words come from sfc32 (C. Doty-Humphrey, PractRand, public domain); each word
 * picks two of TABLE's values, which halves the time of a ziggurat. None lies beyond 4.
 */
export function seedNoise(seed: number): FillNoise {
  const state = Int32Array.of(0x9e3779b9, 0x243f6a88, seed, 1);
  // Mixes the seed through the whole state.
  drawValues(state, new Float32Array(32));
  return (out) => drawValues(state, out);
}

/** `state`: a, b, c and the counter of sfc32. */
function drawValues(state: Int32Array, out: Float32Array): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let counter = state[3]!;
  for (let i = 0; i < out.length; i += 2) {
    const word = (a + b + counter) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    counter = (counter + 1) | 0;
    out[i] = TABLE[word >>> (32 - TABLE_BITS)]!;
    out[i + 1] = TABLE[(word >>> (32 - 2 * TABLE_BITS)) & (TABLE_SIZE - 1)]!;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = counter;
}

const TABLE_BITS = 14;
const TABLE_SIZE = 2 ** TABLE_BITS;
/** Values that split the normal distribution into TABLE_SIZE equal shares, scaled to a variance of exactly 1. */
const TABLE = tabulateNormal();

function tabulateNormal(): Float32Array {
  const half = new Float64Array(TABLE_SIZE / 2);
  const step = 1 / 2048;
  // Walks up the distribution function by the midpoint rule and notes where it passes the middle of each share.
  let x = 0;
  let share = 0;
  let squares = 0;
  for (let i = 0; i < half.length; i++) {
    const wanted = (i + 0.5) / TABLE_SIZE;
    let slope = computeDensity(x + step / 2);
    while (share + slope * step < wanted) {
      share += slope * step;
      x += step;
      slope = computeDensity(x + step / 2);
    }
    half[i] = x + (wanted - share) / slope;
    squares += half[i]! ** 2;
  }
  const scale = Math.sqrt(half.length / squares);
  return Float32Array.from({ length: TABLE_SIZE }, (_, i) =>
    i < half.length ? half[i]! * scale : -half[i - half.length]! * scale,
  );
}

function computeDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}
