// The words of a job, chunk by chunk; the one that is spoken stands out, and any that is made can be chosen.
import { useEffect, useRef, useState } from 'react';
import type { JobView } from '../daemon/job-state.ts';
import { S } from '../strings.ts';
import { SentenceMenu } from './sentence-menu.tsx';
import type { MadeChunk } from './use-chunks.ts';

export function Transcript({
  job,
  text,
  chunks,
  atSec,
  onChoose,
}: {
  job: JobView;
  text: string;
  chunks: readonly MadeChunk[];
  atSec: number;
  onChoose: (sec: number) => void;
}) {
  const current = chunks.findLast((chunk) => chunk.startSec !== null && chunk.startSec <= atSec + 0.01);
  const list = useRef<HTMLDivElement>(null);
  const spoken = useRef<HTMLButtonElement>(null);
  const [target, setTarget] = useState<{ index: number; button: HTMLButtonElement } | null>(null);
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
      {chunks.map((chunk) => {
        const words = text.slice(chunk.start, chunk.end);
        return (
          <div key={chunk.index} className="said">
            <button
              type="button"
              ref={chunk === current ? spoken : null}
              className="spoken"
              aria-current={chunk === current || undefined}
              disabled={chunk.startSec === null}
              onClick={() => chunk.startSec !== null && onChoose(chunk.startSec)}
            >
              {words}
            </button>
            {job.state === 'completed' && (
              <button
                type="button"
                className="button quiet"
                aria-label={S.job.sentenceMenu(words)}
                aria-haspopup="menu"
                aria-expanded={target?.index === chunk.index}
                onClick={({ currentTarget }) => setTarget({ index: chunk.index, button: currentTarget })}
              >
                ⋯
              </button>
            )}
          </div>
        );
      })}
      <SentenceMenu job={job} target={target} onClose={() => setTarget(null)} />
    </section>
  );
}
