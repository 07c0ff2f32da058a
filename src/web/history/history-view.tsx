// All jobs, the newest first: found again, heard, fetched, tried again, forgotten.
import { useState } from 'react';
import { remove } from '../daemon/client.ts';
import { JOB_STATES } from '../daemon/job-state.ts';
import { forgetJob, useJobs } from '../daemon/jobs.ts';
import { S } from '../strings.ts';
import { Picker } from '../ui/picker.tsx';
import { useRemoval } from '../ui/use-removal.ts';
import { BulkActions } from './bulk-actions.tsx';
import { JobList } from './job-list.tsx';

const ALL = 'all';

export default function HistoryView() {
  const { jobs, nextCursor } = useJobs();
  const [search, setSearch] = useState('');
  const [state, setState] = useState<string>(ALL);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { removed, removeAll } = useRemoval({
    act: async (id) => {
      await remove(`v1/jobs/${id}`);
      forgetJob(id);
    },
    describe: S.history.removed,
  });

  const wanted = search.trim().toLowerCase();
  const shown = [...jobs.values()]
    .filter(
      (job) =>
        !removed.has(job.id) &&
        (state === ALL || job.state === state) &&
        (wanted === '' ||
          `${job.text_preview}\n${job.label ?? ''}\n${job.id}`.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  const chosenJobs = shown.filter(({ id }) => chosen.has(id));

  function choose(id: string, isChosen: boolean) {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    setChosen(next);
  }

  return (
    <section className="view">
      <h1>{S.history.title}</h1>
      <div className="filters">
        <div className="field">
          <label className="field-label" htmlFor="history-search">
            {S.history.search}
          </label>
          <input
            id="history-search"
            className="control"
            type="search"
            dir="auto"
            value={search}
            onChange={({ target }) => setSearch(target.value)}
          />
        </div>
        <Picker
          label={S.history.state}
          value={state}
          choices={[
            { value: ALL, label: S.history.allStates },
            ...JOB_STATES.map((value) => ({ value, label: S.job.states[value] })),
          ]}
          onChange={setState}
        />
      </div>
      <BulkActions
        jobs={chosenJobs}
        isAll={chosenJobs.length > 0 && chosenJobs.length === shown.length}
        onChooseAll={(all) => setChosen(new Set(all ? shown.map(({ id }) => id) : []))}
        onRemove={(gone) => {
          removeAll(gone.map(({ id }) => id));
          setChosen(new Set());
        }}
      />
      {shown.length === 0 && nextCursor === null ? (
        <p className="hint empty">{jobs.size === 0 ? S.history.empty : S.history.noMatch}</p>
      ) : (
        <JobList jobs={shown} chosen={chosen} onChoose={choose} onRemove={(job) => removeAll([job.id])} />
      )}
    </section>
  );
}
