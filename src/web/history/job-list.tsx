// The jobs that are in sight, out of any number; older ones are asked for when the end comes near.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { JobView } from '../daemon/job-state.ts';
import { S } from '../strings.ts';
import { JobMenu, type MenuTarget } from './job-menu.tsx';
import { JobRow } from './job-row.tsx';
import type { JobList as List } from './use-job-list.ts';

/** Until the first row says how high they all are. */
const ROW_PX = 120;
/** Rows before the end at which the next page is asked for. */
const FETCH_AHEAD = 100;

export function JobList({
  list,
  jobs,
  chosen,
  onChoose,
  onRemove,
  onLabel,
}: {
  list: List;
  jobs: readonly JobView[];
  chosen: ReadonlySet<string>;
  onChoose: (id: string, isChosen: boolean) => void;
  onRemove: (job: JobView) => void;
  onLabel: (label: string) => void;
}) {
  const { hasMore, isAsking, error, askForMore } = list;
  const box = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  const [target, setTarget] = useState<MenuTarget | null>(null);
  const [rowPx, setRowPx] = useState(ROW_PX);
  // All rows are as high as the style sheet has them, so that none need be measured: of a hundred thousand it would be felt.
  useLayoutEffect(() => {
    const measure = () => {
      setTop(box.current?.offsetTop ?? 0);
      const first = box.current?.querySelector<HTMLElement>('li');
      if (first) setRowPx(first.offsetHeight);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: jobs.length,
    estimateSize: useCallback(() => rowPx, [rowPx]),
    overscan: 6,
    scrollMargin: top,
    getItemKey: useCallback((index: number) => jobs[index]!.id, [jobs]),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is the reason
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowPx]);
  const rows = virtualizer.getVirtualItems();
  const isNearEnd = (rows.at(-1)?.index ?? 0) >= jobs.length - FETCH_AHEAD;
  useEffect(() => {
    if (isNearEnd && hasMore && !isAsking && error === undefined) askForMore();
  }, [isNearEnd, hasMore, isAsking, error, askForMore]);

  return (
    <>
      <ul
        ref={box}
        className="jobs"
        aria-label={S.history.title}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {rows.map((row) => {
          const job = jobs[row.index]!;
          return (
            <li
              key={row.key}
              aria-setsize={hasMore ? -1 : jobs.length}
              aria-posinset={row.index + 1}
              className="job-slot-row"
              style={{ transform: `translateY(${row.start - top}px)` }}
            >
              <JobRow
                job={job}
                isChosen={chosen.has(job.id)}
                isMenuOpen={target?.job.id === job.id}
                onChoose={onChoose}
                onMenu={setTarget}
                onLabel={onLabel}
              />
            </li>
          );
        })}
      </ul>
      <JobMenu target={target} onClose={() => setTarget(null)} onRemove={onRemove} />
      {error ? (
        <div className="empty">
          <p className="problem">{error.message}</p>
          <button type="button" className="button" onClick={askForMore}>
            {S.askAgain}
          </button>
        </div>
      ) : (
        <p className="hint loading" role="status">
          {hasMore && S.history.looking}
        </p>
      )}
    </>
  );
}
