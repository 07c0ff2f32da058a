// FLAC, bare or in Ogg, by libFLAC in WebAssembly.
import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { BadAudio, type DecodedBlock } from './decoded-audio.ts';
import { cutSlices } from './slices.ts';

/** A frame of silence takes 12 bytes and may unfold into 65 535 samples of eight channels. */
const SLICE_BYTES = 512;
/** No frame header is longer. */
const HEADER_BYTES = 16;

export async function* decodeFlac(file: Buffer): AsyncGenerator<DecodedBlock> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  let samples = 0;
  try {
    for (const slice of cutSlices(file, SLICE_BYTES)) yield* check(await decoder.decode(slice));
    // The parser takes the last two frames for one, and the second is lost: unless another seems to follow.
    const next = readFrameHeader(file);
    yield* check(await (next === undefined ? decoder.flush() : decoder.decode(next)));
  } finally {
    decoder.free();
  }
  const announced = readAnnouncedSamples(file);
  if (announced > samples)
    throw new BadAudio(`ends early: ${samples} of ${announced} samples are there; send it again`);

  function* check({
    channelData,
    samplesDecoded,
    sampleRate,
    errors,
  }: Awaited<ReturnType<FLACDecoder['decode']>>) {
    if (errors.length > 0) throw new BadAudio('is a damaged FLAC; send it again');
    samples += samplesDecoded;
    if (samplesDecoded > 0) yield { channels: channelData, sampleRateHz: sampleRate };
  }
}

/** The beginning of the first frame behind the metadata (RFC 9639, section 8), with room behind it; undefined in Ogg. */
function readFrameHeader(file: Buffer): Buffer | undefined {
  if (file.toString('latin1', 0, 4) !== 'fLaC') return undefined;
  let at = 4;
  for (let isLast = false; !isLast && at + 4 <= file.length; ) {
    isLast = file[at]! >= 0x80;
    at += 4 + file.readUIntBE(at + 1, 3);
  }
  const header = Buffer.alloc(HEADER_BYTES * 2);
  file.copy(header, 0, at, at + HEADER_BYTES);
  return header;
}

/** 36 bits of the first metadata block; 0 where the encoder did not know. */
function readAnnouncedSamples(file: Buffer): number {
  const at = file.indexOf('fLaC', 0, 'latin1') + 8;
  if (at + 18 > file.length) return 0;
  return (file[at + 13]! & 0x0f) * 2 ** 32 + file.readUInt32BE(at + 14);
}
