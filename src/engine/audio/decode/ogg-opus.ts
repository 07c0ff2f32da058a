// Opus in Ogg (RFC 7845): the packets by codec-parser, their sound by the same libopus that encodes.
import CodecParser, { type OggPage, type OpusHeader } from 'codec-parser';
import { createDecoder } from 'libopus-wasm';
import { BadAudio, type DecodedBlock } from './decoded-audio.ts';
import { checkLastPage } from './ogg-end.ts';
import { cutSlices } from './slices.ts';

const RATE_HZ = 48_000;
const SLICE_BYTES = 4096;

export async function* decodeOpus(file: Buffer): AsyncGenerator<DecodedBlock> {
  checkLastPage(file);
  // libopus mixes two channels into one by itself; more need a decoder of several streams.
  using decoder = await createDecoder({ channels: 1, sampleRate: RATE_HZ });
  const parser = new CodecParser<OggPage>('application/ogg', { enableFrameCRC32: false });
  let skip: number | undefined;
  let samples = 0;
  for (const page of listPages(parser, file)) {
    for (const { header, data } of page.codecFrames) {
      const { channelMappingFamily, preSkip } = header as OpusHeader;
      if (channelMappingFamily !== 0)
        throw new BadAudio('is Opus with more than two channels; save it as WAV');
      skip ??= preSkip;
      const sound = decoder.decodeFloat(data);
      const skipped = Math.min(skip, sound.length);
      skip -= skipped;
      samples += sound.length - skipped;
      if (sound.length > skipped) yield { channels: [sound.slice(skipped)], sampleRateHz: RATE_HZ };
    }
  }
  if (samples === 0) throw new BadAudio('is Opus without sound');
}

function* listPages(parser: CodecParser<OggPage>, file: Buffer): Generator<OggPage> {
  for (const slice of cutSlices(file, SLICE_BYTES)) yield* iterate(parser.parseChunk(slice));
  yield* iterate(parser.flush());
}

function iterate<T>(iterator: Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: () => iterator };
}
