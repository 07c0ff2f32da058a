// Seeded Gaussian noise: the same seed gives the same values on every machine.

/** Fills the array with the next values of a normal distribution of mean 0 and variance 1. */
export type FillNoise = (out: Float32Array) => void;

/**
 * A stream of normal values. Uniform 32-bit words come from sfc32 (C. Doty-Humphrey, PractRand, public domain), the
 * shape from the ziggurat of 256 layers (G. Marsaglia and W. Tsang, The Ziggurat Method for Generating Random
 * Variables, 2000), with separate bits for layer and value (J. Doornik, 2005).
 */
export function seedNoise(seed: number): FillNoise {
  const state = Int32Array.of(0x9e3779b9, 0x243f6a88, seed, 1);
  // Mixes the seed through the whole state.
  for (let i = 0; i < 16; i++) drawWord(state);
  return (out) => fillNormal(state, out);
}

/** One step of sfc32. State: a, b, c and the counter. */
function drawWord(state: Int32Array): number {
  const b = state[1]!;
  const c = state[2]!;
  const counter = state[3]!;
  const word = (state[0]! + b + counter) | 0;
  state[0] = b ^ (b >>> 9);
  state[1] = c + (c << 3);
  state[2] = ((c << 21) | (c >>> 11)) + word;
  state[3] = counter + 1;
  return word;
}

function fillNormal(state: Int32Array, out: Float32Array): void {
  // The same step as drawWord in local variables: a third of the time.
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let counter = state[3]!;
  for (let i = 0; i < out.length; i++) {
    const word = (a + b + counter) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    counter = (counter + 1) | 0;
    const layer = word & 255;
    const value = word >> 8;
    if (Math.abs(value) < INSIDE[layer]!) {
      out[i] = value * WIDTH[layer]!;
      continue;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = counter;
    out[i] = drawOutside(state, word);
    a = state[0]!;
    b = state[1]!;
    c = state[2]!;
    counter = state[3]!;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = counter;
}

/** The word (1 in 80) that lies outside its layer's rectangle: tested against the curve itself, else drawn again. */
function drawOutside(state: Int32Array, firstWord: number): number {
  for (let word = firstWord; ; word = drawWord(state)) {
    const layer = word & 255;
    const value = (word >> 8) * WIDTH[layer]!;
    if (Math.abs(word >> 8) < INSIDE[layer]!) return value;
    if (layer === 0) return Math.sign(value) * drawTail(state);
    const low = CURVE[layer]!;
    const high = CURVE[layer - 1]!;
    if (low + drawUniform(state) * (high - low) < Math.exp(-0.5 * value * value)) return value;
  }
}

/** A value beyond TAIL_START (G. Marsaglia, 1964). */
function drawTail(state: Int32Array): number {
  for (;;) {
    const x = -Math.log(drawUniform(state)) / TAIL_START;
    const y = -Math.log(drawUniform(state));
    if (y + y > x * x) return TAIL_START + x;
  }
}

function drawUniform(state: Int32Array): number {
  return ((drawWord(state) >>> 0) + 0.5) / 2 ** 32;
}

const LAYERS = 256;
/** Where the tail begins and the area of each layer, for 256 layers (Marsaglia and Tsang). */
const TAIL_START = 3.6541528853610088;
const LAYER_AREA = 4.92867323399e-3;
/** Values have 23 bits and a sign. */
const VALUE_RANGE = 2 ** 23;

/** Per layer: value to x; the values surely under the curve; the curve at the layer's outer edge. */
const WIDTH = new Float64Array(LAYERS);
const INSIDE = new Int32Array(LAYERS);
const CURVE = new Float64Array(LAYERS);
fillLayers();

function fillLayers(): void {
  const density = (x: number): number => Math.exp(-0.5 * x * x);
  // Layer 0 is the tail with the rectangle below it; from 255 the layers shrink towards the peak at layer 1.
  const base = LAYER_AREA / density(TAIL_START);
  WIDTH[0] = base / VALUE_RANGE;
  INSIDE[0] = (TAIL_START / base) * VALUE_RANGE;
  CURVE[0] = 1;
  let outer = TAIL_START;
  for (let layer = LAYERS - 1; layer >= 1; layer--) {
    const inner = layer === 1 ? 0 : Math.sqrt(-2 * Math.log(LAYER_AREA / outer + density(outer)));
    WIDTH[layer] = outer / VALUE_RANGE;
    INSIDE[layer] = (inner / outer) * VALUE_RANGE;
    CURVE[layer] = density(outer);
    outer = inner;
  }
}
