// Waits for jobs and shows how far they are, on a terminal that can show it.
import type { JobView } from '../api/job.ts';
import { isFinal, waitForEach, waitForJob } from './follow.ts';
import type { Options } from './options.ts';
import type { Session } from './session.ts';
import { createProgress } from './ui/progress.ts';
import { createWarner } from './warner.ts';

/** First those that have ended already, in their order; the screen is free of bars whenever one is given. */
export async function* waitForEnds(
  session: Session,
  jobs: readonly JobView[],
  { options, signal }: { options: Options; signal?: AbortSignal | undefined },
): AsyncGenerator<JobView> {
  const waiting: string[] = [];
  for (const job of jobs) {
    if (isFinal(job)) yield job;
    else waiting.push(job.id);
  }
  if (waiting.length === 0) return;
  const progress = await createProgress(options, waiting.length);
  const warn = createWarner(progress.clear);
  const onChange = (view: JobView) => {
    warn(view);
    progress.update(view);
  };
  try {
    const ends =
      waiting.length === 1
        ? [await waitForJob(session, waiting[0]!, signal, onChange)]
        : waitForEach(session, waiting, signal, onChange);
    for await (const job of ends) {
      progress.clear();
      yield job;
    }
  } finally {
    progress.clear();
  }
}
