// MP3 by mpg123 in WebAssembly.
import { MPEGDecoder } from 'mpg123-decoder';
import type { DecodedBlock } from './decoded-audio.ts';
import { cutSlices } from './slices.ts';

/** At the lowest bit rate, 8 kbit/s, this is 16 s. */
const SLICE_BYTES = 16_384;

export async function* decodeMp3(file: Buffer): AsyncGenerator<DecodedBlock> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    for (const slice of cutSlices(file, SLICE_BYTES)) {
      const { channelData, samplesDecoded, sampleRate } = decoder.decode(slice);
      if (samplesDecoded > 0) yield { channels: channelData, sampleRateHz: sampleRate };
    }
  } finally {
    decoder.free();
  }
}
