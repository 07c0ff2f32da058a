// Random numbers for sampling: the same seed gives the same numbers on every machine.

/** From 0 to below 1, with 53 bits. Words come from sfc32 (C. Doty-Humphrey, PractRand, public domain). */
export function seedDraws(seed: number): () => number {
  let a = 0x9e3779b9 | 0;
  let b = 0x243f6a88 | 0;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const word = (a + b + counter) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    counter = (counter + 1) | 0;
    return word >>> 0;
  };
  // Mixes the seed through the whole state.
  for (let i = 0; i < 16; i++) next();
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}
