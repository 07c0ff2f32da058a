// Raw samples pass as they are; what they are here for is to be brought to the rate that raw samples have.
import type { AudioEncoder } from './encoder.ts';

export function openRawEncoder(): AudioEncoder {
  return {
    encode: (pcm) => pcm,
    finish: () => ({ bytes: Buffer.alloc(0), head: null }),
    close() {},
  };
}
