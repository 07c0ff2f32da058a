// The part of @echogarden/pffft-wasm that we call; the package carries no types. Addresses are bytes in the module's heap.
declare module '@echogarden/pffft-wasm/simd' {
  export interface Pffft {
    HEAPF32: Float32Array;
    _pffft_aligned_malloc(bytes: number): number;
    /** `transform` 1 is complex. */
    _pffft_new_setup(size: number, transform: 0 | 1): number;
    _pffft_transform_ordered(
      setup: number,
      input: number,
      output: number,
      work: number,
      direction: 0 | 1,
    ): void;
  }
  export default function load(): Promise<Pffft>;
}
