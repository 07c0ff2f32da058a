// Where speech is made: the text, how it should sound, and the job that is heard while it renders.
import { useEffect, useState } from 'react';
import type { SubmitReply } from '../../api/v1.ts';
import { post } from '../daemon/client.ts';
import { FINAL, type JobView } from '../daemon/job-state.ts';
import { fetchJob, noteJobs } from '../daemon/jobs.ts';
import { useLiveJob } from '../daemon/use-live-job.ts';
import { cancelJob } from '../job-actions.ts';
import { useStored } from '../stored.ts';
import { S } from '../strings.ts';
import { tell, tellError } from '../ui/toasts.tsx';
import { type Draft, EMPTY_DRAFT, toJobRequest } from './draft.ts';
import { Editor } from './editor.tsx';
import { JobCard } from './job-card.tsx';
import { Options } from './options.tsx';

export function SpeakView() {
  const [stored, setDraft] = useStored<Draft>('ttsd.draft', EMPTY_DRAFT);
  // An older visit may have kept less.
  const draft = { ...EMPTY_DRAFT, ...stored };
  const [jobId, setJobId] = useStored<string | null>('ttsd.job', null);
  const [isSubmitting, setSubmitting] = useState(false);
  /** Made on this visit, so that playing it by itself surprises nobody. */
  const [submittedHere, setSubmittedHere] = useState<string | null>(null);
  const job = useLiveJob(jobId);

  // The job may be older than the newest page of jobs, or gone.
  useEffect(() => {
    if (jobId !== null) fetchJob(jobId).catch((error) => error.status === 404 && setJobId(null));
  }, [jobId, setJobId]);

  function replaceText(next: Draft) {
    setDraft(next);
    if (draft.text.trim() !== '' && draft.text !== next.text)
      tell(S.speak.replaced, { label: S.undo, run: () => setDraft(draft) });
  }

  async function generate() {
    if (isSubmitting) return;
    if (draft.text.trim() === '') return tell(S.speak.empty);
    setSubmitting(true);
    try {
      const reply = await post<SubmitReply>('v1/jobs', toJobRequest(draft));
      const submitted = reply.jobs[0]!.job;
      noteJobs([submitted]);
      setJobId(submitted.id);
      setSubmittedHere(submitted.id);
    } catch (error) {
      tellError(error);
    } finally {
      setSubmitting(false);
    }
  }

  return (
    <div className="speak">
      <h1 className="visually-hidden">{S.views.speak}</h1>
      <section className="card editor-card" aria-label={S.speak.text}>
        <Editor draft={draft} onChange={setDraft} onReplaceText={replaceText} onGenerate={generate} />
        <div className="actions">
          <button type="button" className="button primary" disabled={isSubmitting} onClick={generate}>
            {S.speak.generate} <kbd>{S.speak.generateHint}</kbd>
          </button>
          {isUnderWay(job) && <CancelButton job={job} />}
        </div>
      </section>
      <section className="card options-card" aria-label={S.speak.more}>
        <Options draft={draft} onChange={setDraft} onReplaceText={replaceText} />
      </section>
      {job === undefined ? (
        <p className="hint job-slot">{S.speak.nothingYet}</p>
      ) : (
        <JobCard key={job.id} job={job} autoplay={job.id === submittedHere} />
      )}
    </div>
  );
}

function isUnderWay(job: JobView | undefined): job is JobView {
  return job !== undefined && !FINAL.includes(job.state);
}

function CancelButton({ job }: { job: JobView }) {
  const [isBusy, setBusy] = useState(false);
  async function cancel() {
    setBusy(true);
    await cancelJob(job);
    setBusy(false);
  }
  return (
    <button type="button" className="button danger" disabled={isBusy} onClick={cancel}>
      {S.job.cancel}
    </button>
  );
}
