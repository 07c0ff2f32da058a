// Sound to encode: vowel-like, with pauses, and the same on every run.

/** s16le mono. */
export function makeSpeechLike(lengthSamples: number, rateHz: number): Buffer {
  const pcm = Buffer.alloc(lengthSamples * 2);
  let noise = 1;
  let turns = 0;
  for (let index = 0; index < lengthSamples; index++) {
    const seconds = index / rateHz;
    noise = (Math.imul(noise, 1_103_515_245) + 12_345) >>> 0;
    // Summed up: a pitch that changes would otherwise be a sweep that gets steeper and steeper.
    turns += (120 + 20 * Math.sin(2 * Math.PI * 0.7 * seconds)) / rateHz;
    let sample = 0.02 * (noise / 2 ** 31 - 1);
    for (let harmonic = 1; harmonic <= 12; harmonic++) {
      sample += Math.sin(2 * Math.PI * turns * harmonic) / (harmonic + 1);
    }
    const loudness = Math.max(0, Math.sin(2 * Math.PI * 1.5 * seconds + 0.5));
    pcm.writeInt16LE(Math.round(6000 * loudness * sample), index * 2);
  }
  return pcm;
}

/** Of the samples that both have, in dB. */
export function measureSnrDb(original: Buffer, decoded: Buffer): number {
  let signal = 0;
  let error = 0;
  for (let offset = 0; offset + 2 <= Math.min(original.length, decoded.length); offset += 2) {
    const sample = original.readInt16LE(offset);
    signal += sample ** 2;
    error += (sample - decoded.readInt16LE(offset)) ** 2;
  }
  return 10 * Math.log10(signal / error);
}
