// Opus in Ogg (RFC 7845) by libopus in WebAssembly. A stream knows its exact length at its end: nothing is left for a file's head.
import { Application, createEncoder, type SampleRate, Signal } from 'libopus-wasm';
import { BYTES_PER_SAMPLE, readSamples } from '../pcm.ts';
import type { AudioEncoder } from './encoder.ts';
import { createOggPages, type OggPacket } from './ogg-page.ts';

const SAMPLE_RATES_HZ: readonly number[] = [8000, 12_000, 16_000, 24_000, 48_000] satisfies SampleRate[];
/** Speech of 24 kHz, mono, is transparent from about here on. */
const BIT_RATE = 32_000;
const PACKET_MS = 20;
/** Positions in Ogg are counted in these, whatever the rate of the input. */
const GRANULE_RATE_HZ = 48_000;

export async function openOpusEncoder(sampleRateHz: number): Promise<AudioEncoder> {
  if (!SAMPLE_RATES_HZ.includes(sampleRateHz)) {
    throw new RangeError(`Opus: expected one of ${SAMPLE_RATES_HZ.join(', ')} Hz, got ${sampleRateHz}`);
  }
  const packetSamples = (sampleRateHz * PACKET_MS) / 1000;
  const packetBytes = packetSamples * BYTES_PER_SAMPLE;
  const opus = await createEncoder({
    channels: 1,
    sampleRate: sampleRateHz as SampleRate,
    frameSize: packetSamples,
    application: Application.Audio,
    signal: Signal.Voice,
    bitrate: BIT_RATE,
  });
  const granulesPerSample = GRANULE_RATE_HZ / sampleRateHz;
  const lookaheadSamples = opus.getLookahead();
  const addPages = createOggPages();
  let hasHeaders = false;
  let rest = Buffer.alloc(0);
  let lengthSamples = 0;
  let packets = 0;
  /** The latest packet waits: only when the next one comes is it known not to be the last. */
  let held: OggPacket | undefined;

  function encodePacket(pcm: Buffer): OggPacket[] {
    const ready = held === undefined ? [] : [held];
    const data = Buffer.from(opus.encode(readSamples(pcm)));
    held = { data, granule: ++packets * packetSamples * granulesPerSample };
    return ready;
  }

  function takeHeaders(): Buffer[] {
    if (hasHeaders) return [];
    hasHeaders = true;
    const head = createOpusHead(lookaheadSamples * granulesPerSample, sampleRateHz);
    return [addPages([{ data: head, granule: 0 }]), addPages([{ data: createOpusTags(), granule: 0 }])];
  }

  return {
    encode(pcm) {
      lengthSamples += pcm.length / BYTES_PER_SAMPLE;
      const output = takeHeaders();
      const ready: OggPacket[] = [];
      let waiting = rest.length === 0 ? pcm : Buffer.concat([rest, pcm]);
      for (; waiting.length >= packetBytes; waiting = waiting.subarray(packetBytes)) {
        ready.push(...encodePacket(waiting.subarray(0, packetBytes)));
      }
      rest = Buffer.from(waiting);
      return Buffer.concat([...output, addPages(ready)]);
    },
    finish() {
      const output = takeHeaders();
      const ready: OggPacket[] = [];
      // What libopus holds back has to be pushed out, by silence behind the last sample.
      const wantedPackets = Math.max(1, Math.ceil((lengthSamples + lookaheadSamples) / packetSamples));
      let waiting = Buffer.concat([
        rest,
        Buffer.alloc((wantedPackets - packets) * packetBytes - rest.length),
      ]);
      for (; waiting.length > 0; waiting = waiting.subarray(packetBytes)) {
        ready.push(...encodePacket(waiting.subarray(0, packetBytes)));
      }
      // A last position before the end of its packet tells the decoder to cut the rest off (RFC 7845, 4.5).
      ready.push({ data: held!.data, granule: (lookaheadSamples + lengthSamples) * granulesPerSample });
      return { bytes: Buffer.concat([...output, addPages(ready, { isLast: true })]), head: null };
    },
    close: () => opus.free(),
  };
}

/** RFC 7845, 5.1. `preSkip`: samples at 48 kHz that the decoder drops at the start. */
function createOpusHead(preSkip: number, sampleRateHz: number): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head[8] = 1; // version
  head[9] = 1; // channel
  head.writeUInt16LE(preSkip, 10);
  head.writeUInt32LE(sampleRateHz, 12);
  return head;
}

/** RFC 7845, 5.2: who encoded it, and no comments. */
function createOpusTags(): Buffer {
  const vendor = 'ttsd';
  const tags = Buffer.alloc(16 + vendor.length);
  tags.write('OpusTags', 0, 'latin1');
  tags.writeUInt32LE(vendor.length, 8);
  tags.write(vendor, 12, 'latin1');
  return tags;
}
