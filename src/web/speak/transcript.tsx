// The words of a job, chunk by chunk; the one that is spoken stands out, and any that is made can be chosen.
import { useEffect, useRef } from 'react';
import { S } from '../strings.ts';
import type { MadeChunk } from './use-chunks.ts';

export function Transcript({
  text,
  chunks,
  atSec,
  onChoose,
}: {
  text: string;
  chunks: readonly MadeChunk[];
  atSec: number;
  onChoose: (sec: number) => void;
}) {
  const current = chunks.findLast((chunk) => chunk.startSec !== null && chunk.startSec <= atSec + 0.01);
  const list = useRef<HTMLDivElement>(null);
  const spoken = useRef<HTMLButtonElement>(null);
  const index = current?.index;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new sentence is the reason
  useEffect(() => {
    const box = list.current;
    const line = spoken.current;
    if (!box || !line) return;
    const { offsetTop, offsetHeight } = line;
    if (offsetTop >= box.scrollTop && offsetTop + offsetHeight <= box.scrollTop + box.clientHeight) return;
    box.scrollTo({ top: offsetTop - box.clientHeight / 3 });
  }, [index]);
  return (
    <section ref={list} className="transcript" dir="auto" aria-label={S.job.transcript}>
      {chunks.map((chunk) => (
        <button
          type="button"
          key={chunk.index}
          ref={chunk === current ? spoken : null}
          className="spoken"
          aria-current={chunk === current || undefined}
          disabled={chunk.startSec === null}
          onClick={() => chunk.startSec !== null && onChoose(chunk.startSec)}
        >
          {text.slice(chunk.start, chunk.end)}
        </button>
      ))}
    </section>
  );
}
