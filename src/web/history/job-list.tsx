// The jobs that are in sight, out of any number; older ones are fetched when the end comes near.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { JobView } from '../daemon/job-state.ts';
import { fetchMoreJobs, useJobs } from '../daemon/jobs.ts';
import { S } from '../strings.ts';
import { tellError } from '../ui/toasts.tsx';
import { JobRow } from './job-row.tsx';

const ROW_PX = 132;
/** Rows before the end at which the next page is asked for. */
const FETCH_AHEAD = 20;

export function JobList({
  jobs,
  chosen,
  onChoose,
  onRemove,
}: {
  jobs: readonly JobView[];
  chosen: ReadonlySet<string>;
  onChoose: (id: string, isChosen: boolean) => void;
  onRemove: (job: JobView) => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const { nextCursor } = useJobs();
  const virtualizer = useWindowVirtualizer({
    count: jobs.length,
    estimateSize: () => ROW_PX,
    overscan: 6,
    scrollMargin: top,
    getItemKey: (index) => jobs[index]!.id,
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  const isNearEnd = last >= jobs.length - FETCH_AHEAD;
  useEffect(() => {
    if (isNearEnd && nextCursor) fetchMoreJobs().catch(tellError);
  }, [isNearEnd, nextCursor]);

  return (
    <ul
      ref={list}
      className="jobs"
      aria-label={S.history.title}
      style={{ height: virtualizer.getTotalSize() }}
    >
      {rows.map((row) => (
        <li
          key={row.key}
          ref={virtualizer.measureElement}
          data-index={row.index}
          aria-setsize={jobs.length}
          aria-posinset={row.index + 1}
          className="job-slot-row"
          style={{ transform: `translateY(${row.start - top}px)` }}
        >
          <JobRow
            job={jobs[row.index]!}
            isChosen={chosen.has(jobs[row.index]!.id)}
            onChoose={onChoose}
            onRemove={onRemove}
          />
        </li>
      ))}
    </ul>
  );
}
