// Vorbis in Ogg by libvorbis in WebAssembly.
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis';
import type { DecodedBlock } from './decoded-audio.ts';
import { checkLastPage } from './ogg-end.ts';
import { cutSlices } from './slices.ts';

/** A packet of silence takes a byte or two and unfolds into at most 8192 samples. */
const SLICE_BYTES = 512;

export async function* decodeVorbis(file: Buffer): AsyncGenerator<DecodedBlock> {
  checkLastPage(file);
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  try {
    for (const slice of cutSlices(file, SLICE_BYTES)) yield* toBlock(await decoder.decode(slice));
    yield* toBlock(await decoder.flush());
  } finally {
    decoder.free();
  }
}

function* toBlock({
  channelData,
  samplesDecoded,
  sampleRate,
}: Awaited<ReturnType<OggVorbisDecoder['flush']>>) {
  if (samplesDecoded > 0) yield { channels: channelData, sampleRateHz: sampleRate };
}
