// All jobs, the newest first: found again, heard, fetched, tried again, forgotten.
import { useCallback, useDeferredValue, useEffect, useState } from 'react';
import type { JobState } from '../../api/job.ts';
import { remove } from '../daemon/client.ts';
import { JOB_STATES, type JobView } from '../daemon/job-state.ts';
import { forgetJob } from '../daemon/jobs.ts';
import { S } from '../strings.ts';
import { Picker } from '../ui/picker.tsx';
import { TextField } from '../ui/text-field.tsx';
import { useRemoval } from '../ui/use-removal.ts';
import { BulkActions } from './bulk-actions.tsx';
import { JobList } from './job-list.tsx';
import { type JobFilter, useJobList } from './use-job-list.ts';

const ALL = 'all';
const NO_FILTER: JobFilter = { words: '', label: '', state: null };
/** Somebody who types is not asked after at each key. */
const TYPED_MS = 250;

export default function HistoryView() {
  const [filter, setFilter] = useState(NO_FILTER);
  const list = useJobList(useSettled(filter));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { removed, removeAll } = useRemoval({
    act: async (id) => {
      await remove(`v1/jobs/${id}`);
      forgetJob(id);
    },
    describe: S.history.removed,
  });
  const shown = removed.size === 0 ? list.jobs : list.jobs.filter(({ id }) => !removed.has(id));
  const chosenJobs = chosen.size === 0 ? [] : shown.filter(({ id }) => chosen.has(id));
  const labels = useDeferredValue(listLabels(shown));

  const choose = useCallback((id: string, isChosen: boolean) => {
    setChosen((before) => {
      const next = new Set(before);
      if (isChosen) next.add(id);
      else next.delete(id);
      return next;
    });
  }, []);
  const pickLabel = useCallback((label: string) => setFilter((before) => ({ ...before, label })), []);

  return (
    <section className="view">
      <h1>{S.history.title}</h1>
      <search className="filters three">
        <TextField
          label={S.history.search}
          type="search"
          maxLength={200}
          value={filter.words}
          onChange={(words) => setFilter({ ...filter, words })}
        />
        <TextField
          label={S.speak.label}
          type="search"
          maxLength={200}
          choices={labels}
          value={filter.label}
          onChange={pickLabel}
        />
        <Picker
          label={S.history.state}
          value={filter.state ?? ALL}
          choices={[
            { value: ALL, label: S.history.allStates },
            ...JOB_STATES.map((value) => ({ value, label: S.job.states[value] })),
          ]}
          onChange={(value) => setFilter({ ...filter, state: value === ALL ? null : (value as JobState) })}
        />
      </search>
      {shown.length > 0 && (
        <BulkActions
          jobs={chosenJobs}
          isAll={chosenJobs.length > 0 && chosenJobs.length === shown.length}
          onChooseAll={(all) => setChosen(new Set(all ? shown.map(({ id }) => id) : []))}
          onRemove={(gone) => {
            removeAll(gone.map(({ id }) => id));
            setChosen(new Set());
          }}
        />
      )}
      <JobList
        list={list}
        jobs={shown}
        chosen={chosen}
        onChoose={choose}
        onRemove={useCallback((job: JobView) => removeAll([job.id]), [removeAll])}
        onLabel={pickLabel}
      />
      {shown.length === 0 && !list.hasMore && (
        <p className="hint empty">{isEmpty(filter) ? S.history.empty : S.history.noMatch}</p>
      )}
    </section>
  );
}

function isEmpty({ words, label, state }: JobFilter): boolean {
  return words.trim() === '' && label === '' && state === null;
}

/** Of the newest jobs that are here. */
function listLabels(jobs: readonly JobView[]): string[] {
  return [...new Set(jobs.slice(0, 500).flatMap(({ label }) => label ?? []))].sort();
}

/** `value` when it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
