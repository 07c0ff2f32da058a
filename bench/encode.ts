// What each encoder costs: time for a minute of speech, as a multiple of real time, size, and the memory of the process afterwards.
// Run: node bench/encode.ts [seconds of audio, 60]
import { encodeInThread } from '../src/daemon/inference/encode-in-thread.ts';
import { type EncodedFormat, openEncoder } from '../src/engine/audio/encode/open-encoder.ts';
import { makeSpeechLike } from '../test/helpers/pcm.ts';

const RATE_HZ = 24_000;
const FORMATS: readonly EncodedFormat[] = ['mp3', 'opus', 'flac', 'aac'];
const seconds = Number(process.argv[2] ?? 60);
const second = makeSpeechLike(RATE_HZ * 10, RATE_HZ);

async function* speak(lengthSec: number) {
  for (let index = 0; index < lengthSec; index += 10) yield second;
}

console.log(`${seconds} s of audio at ${RATE_HZ} Hz`);
for (const format of FORMATS) {
  const encoder = await openEncoder(format, { sampleRateHz: RATE_HZ });
  const startedMs = performance.now();
  let bytes = 0;
  for await (const pcm of speak(seconds)) bytes += (await encoder.encode(pcm)).length;
  bytes += (await encoder.finish()).bytes.length;
  const ms = performance.now() - startedMs;

  const threadStartedMs = performance.now();
  let firstMs = 0;
  for await (const _ of encodeInThread(speak(seconds), { format, sampleRateHz: RATE_HZ })) {
    firstMs ||= performance.now() - threadStartedMs;
  }
  const threadMs = performance.now() - threadStartedMs;
  console.log(
    [
      format.padEnd(5),
      `${Math.round((seconds * 1000) / ms)}x real time`.padEnd(18),
      `${Math.round((ms * 60) / seconds)} ms/min`.padEnd(14),
      `in a thread ${Math.round((threadMs * 60) / seconds)} ms/min, first bytes after ${Math.round(firstMs)} ms`.padEnd(
        50,
      ),
      `${Math.round((bytes * 8) / seconds / 1000)} kbit/s`.padEnd(12),
      `rss ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`,
    ].join(' '),
  );
}
