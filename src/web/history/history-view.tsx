// All jobs, the newest first.
import { useState } from 'react';
import { fetchMoreJobs, useJobs } from '../daemon/jobs.ts';
import { S } from '../strings.ts';
import { tellError } from '../ui/toasts.tsx';
import { JobRow } from './job-row.tsx';

export default function HistoryView() {
  const { jobs, nextCursor } = useJobs();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const all = [...jobs.values()].sort((a, b) => b.created_at.localeCompare(a.created_at));
  const shown = all.filter(
    ({ text_preview, label }) =>
      text_preview.toLowerCase().includes(wanted) || (label ?? '').toLowerCase().includes(wanted),
  );
  return (
    <section className="view">
      <h1>{S.views.history}</h1>
      <input
        className="control search"
        type="search"
        aria-label={S.history.search}
        placeholder={S.history.search}
        value={search}
        onChange={({ target }) => setSearch(target.value)}
      />
      {shown.length === 0 && <p className="hint">{all.length === 0 ? S.history.empty : S.history.noMatch}</p>}
      <ul className="jobs">
        {shown.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
      {nextCursor && (
        <button type="button" className="button" onClick={() => fetchMoreJobs().catch(tellError)}>
          {S.history.loadMore}
        </button>
      )}
    </section>
  );
}
