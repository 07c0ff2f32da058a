// The outline of what is made so far, growing; a click goes to that place.
import { useEffect, useRef } from 'react';
import WaveSurfer from 'wavesurfer.js';
import { S } from '../strings.ts';
import { useIsDark } from '../theme.ts';
import type { MadeChunk } from './use-chunks.ts';

/** As the daemon measures them: `PEAKS_PER_SEC`. */
const PEAKS_PER_SEC = 20;

export function Waveform({
  chunks,
  doneShare,
  atSec,
  madeSec,
  onSeek,
}: {
  chunks: readonly MadeChunk[];
  /** How much of the whole is made, 0 to 1: the rest is left free. */
  doneShare: number;
  atSec: number;
  madeSec: number;
  onSeek: (sec: number) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const surfer = useRef<WaveSurfer>(undefined);
  const seek = useRef(onSeek);
  seek.current = onSeek;
  const wholeSec = madeSec / Math.max(doneShare, 0.01);

  const isDark = useIsDark();

  useEffect(() => {
    const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content;
    const made = WaveSurfer.create({
      container: box.current!,
      height: 48,
      barWidth: 2,
      barGap: 1,
      barRadius: 2,
      cursorWidth: 1,
      ...readColours(),
      interact: false,
      ...(nonce ? { cspNonce: nonce } : {}),
    });
    made.on('click', (share) => seek.current(share * made.getDuration()));
    surfer.current = made;
    return () => made.destroy();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is the reason
  useEffect(() => surfer.current?.setOptions(readColours()), [isDark]);

  // Loading puts the cursor to the beginning: it is set again when done.
  const at = useRef(atSec);
  at.current = atSec;
  useEffect(() => {
    const made = surfer.current;
    if (!made || madeSec <= 0) return;
    made.load('', [layPeaks(chunks, wholeSec)], wholeSec).then(
      () => made.setTime(at.current),
      () => {},
    );
  }, [chunks, wholeSec, madeSec]);

  useEffect(() => {
    if (surfer.current?.getDecodedData()) surfer.current.setTime(atSec);
  }, [atSec]);

  return <div ref={box} className="waveform" role="img" aria-label={S.job.waveform} />;
}

function readColours() {
  const style = getComputedStyle(document.documentElement);
  return {
    waveColor: style.getPropertyValue('--wave'),
    progressColor: style.getPropertyValue('--accent'),
    cursorColor: style.getPropertyValue('--text'),
  };
}

/** Peaks of the whole, each chunk's at its own time. */
function layPeaks(chunks: readonly MadeChunk[], wholeSec: number): number[] {
  const peaks = new Array<number>(Math.max(1, Math.ceil(wholeSec * PEAKS_PER_SEC))).fill(0);
  for (const chunk of chunks) {
    if (chunk.startSec === null) continue;
    const at = Math.round(chunk.startSec * PEAKS_PER_SEC);
    for (const [offset, peak] of chunk.peaks.entries()) {
      if (at + offset < peaks.length) peaks[at + offset] = peak / 127;
    }
  }
  return peaks;
}
