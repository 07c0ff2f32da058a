// The words of a job; the sentence that is spoken stands out, and any that is made can be chosen. Sentences that are spoken
// in one go stand in one row, for they are said differently together.
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import type { JobView } from '../daemon/job-state.ts';
import { S } from '../strings.ts';
import { SentenceMenu } from './sentence-menu.tsx';
import type { MadeChunk } from './use-chunks.ts';

interface Target {
  index: number;
  button: HTMLButtonElement;
}

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
  const isNow = (sec: number | null) => sec !== null && sec <= atSec + 0.01;
  const current = chunks.findLast((chunk) => isNow(chunk.startSec));
  const spoken = current?.sentences.findLast((sentence) => isNow(sentence.atSec));
  const list = useRef<HTMLDivElement>(null);
  const [target, setTarget] = useState<Target | null>(null);
  // The same function all along: a row is drawn again only when it has changed.
  const choose = useRef(onChoose);
  choose.current = onChoose;
  const chooseSec = useCallback((sec: number) => choose.current(sec), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new sentence is the reason
  useEffect(() => {
    const box = list.current;
    const line = box?.querySelector<HTMLElement>('[aria-current]');
    if (!box || !line) return;
    const { offsetTop, offsetHeight } = line;
    if (offsetTop >= box.scrollTop && offsetTop + offsetHeight <= box.scrollTop + box.clientHeight) return;
    box.scrollTo({ top: offsetTop - box.clientHeight / 3 });
  }, [current?.index, spoken?.start]);

  return (
    <section ref={list} className="transcript" aria-label={S.job.transcript}>
      {chunks.map((chunk) => (
        <Row
          key={chunk.index}
          text={text}
          chunk={chunk}
          spokenStart={chunk === current ? (spoken?.start ?? chunk.start) : null}
          isMenuOpen={target?.index === chunk.index}
          onMenu={job.state === 'completed' ? setTarget : null}
          onChoose={chooseSec}
        />
      ))}
      <SentenceMenu job={job} target={target} onClose={() => setTarget(null)} />
    </section>
  );
}

interface RowProps {
  text: string;
  chunk: MadeChunk;
  /** Where the sentence begins that is spoken just now; null when it is none of these. */
  spokenStart: number | null;
  isMenuOpen: boolean;
  onMenu: ((target: Target) => void) | null;
  onChoose: (sec: number) => void;
}

const Row = memo(function Row({ text, chunk, spokenStart, isMenuOpen, onMenu, onChoose }: RowProps) {
  const words = text.slice(chunk.start, chunk.end);
  // Where its sentences are not known, it is one.
  const lines: readonly { start: number; atSec: number | null }[] =
    chunk.sentences.length > 0 ? chunk.sentences : [{ start: chunk.start, atSec: chunk.startSec }];
  return (
    <div className="said">
      <div className="sentences">
        {lines.map(({ start, atSec }, index) => (
          <button
            key={start}
            type="button"
            className="spoken"
            dir="auto"
            aria-current={start === spokenStart || undefined}
            disabled={atSec === null}
            onClick={() => atSec !== null && onChoose(atSec)}
          >
            {text.slice(index === 0 ? chunk.start : start, lines[index + 1]?.start ?? chunk.end).trimEnd()}
          </button>
        ))}
      </div>
      {onMenu && (
        <button
          type="button"
          className="button quiet"
          aria-label={S.job.sentenceMenu(words)}
          aria-haspopup="menu"
          aria-expanded={isMenuOpen}
          onClick={({ currentTarget }) => onMenu({ index: chunk.index, button: currentTarget })}
        >
          ⋯
        </button>
      )}
    </div>
  );
}, isSameRow);

/** A job that goes on brings all chunks anew; what is made does not change any more. */
function isSameRow(before: RowProps, now: RowProps): boolean {
  return (
    before.text === now.text &&
    before.chunk.startSec === now.chunk.startSec &&
    before.chunk.sentences.length === now.chunk.sentences.length &&
    before.spokenStart === now.spokenStart &&
    before.isMenuOpen === now.isMenuOpen &&
    (before.onMenu === null) === (now.onMenu === null)
  );
}
