// Seeded Gaussian noise: the same seed gives the same values on every machine.

/** Fills the array with the next values of a normal distribution of mean 0 and variance 1. */
export type FillNoise = (out: Float32Array) => void;

/**
 * A stream of normal values. Uniform 32-bit words come from sfc32 (C. Doty-Humphrey, PractRand, public domain), the
 * shape from the ziggurat of 256 layers (G. Marsaglia and W. Tsang, The Ziggurat Method for Generating Random
 * Variables, 2000), with separate bits for layer and value (J. Doornik, 2005).
 */
export function seedNoise(seed: number): FillNoise {
  let a = 0x9e3779b9 | 0;
  let b = 0x243f6a88 | 0;
  let c = seed | 0;
  let counter = 1;

  function drawWord(): number {
    const word = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    return word;
  }

  function drawUniform(): number {
    return ((drawWord() >>> 0) + 0.5) / 2 ** 32;
  }

  /** The rare word (1 in 80) that lies outside its layer's rectangle: test the curve itself, or draw again. */
  function drawOutside(word: number): number {
    for (let next = word; ; next = drawWord()) {
      const layer = next & 255;
      const value = (next >> 8) * WIDTH[layer]!;
      if (Math.abs(next >> 8) < INSIDE[layer]!) return value;
      if (layer === 0) return Math.sign(value) * drawTail();
      const below = CURVE[layer]!;
      if (below + drawUniform() * (CURVE[layer - 1]! - below) < Math.exp(-0.5 * value * value)) return value;
    }
  }

  function drawTail(): number {
    for (;;) {
      const x = -Math.log(drawUniform()) / TAIL_START;
      const y = -Math.log(drawUniform());
      if (y + y > x * x) return TAIL_START + x;
    }
  }

  // Mixes the seed through the whole state.
  for (let i = 0; i < 16; i++) drawWord();

  return (out) => {
    for (let i = 0; i < out.length; i++) {
      const word = drawWord();
      const layer = word & 255;
      const value = word >> 8;
      out[i] = Math.abs(value) < INSIDE[layer]! ? value * WIDTH[layer]! : drawOutside(word);
    }
  };
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
