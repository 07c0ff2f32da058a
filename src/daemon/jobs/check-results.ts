// After a start: completed jobs whose file is gone or cut short are made again, files that belong to no job are removed.
// Goes on beside the work, however many there are; who asks for a lost file meanwhile is told the same.
import type { ResultFiles } from '../inference/result-files.ts';
import type { CompletedJob } from './job.ts';
import type { JobStore } from './store.ts';

const PAGE = 500;

export interface CheckedResults {
  checked: number;
  lost: number;
  orphans: number;
}

/** `present` are the files that were there before any job was taken up: what has come since belongs to one. */
export async function checkResults(
  store: JobStore,
  results: ResultFiles,
  present: readonly string[],
  remake: (job: Pick<CompletedJob, 'id' | 'result'>) => Promise<void>,
): Promise<CheckedResults> {
  const counts: CheckedResults = { checked: 0, lost: 0, orphans: 0 };
  const unknown = new Set(present);
  for (let afterSeq = 0; ; ) {
    const page = await store.listResults({ afterSeq, limit: PAGE });
    await Promise.all(
      page.map(async ({ id, result }) => {
        counts.checked++;
        unknown.delete(result.file);
        if (await results.has(result)) return;
        counts.lost++;
        await remake({ id, result });
      }),
    );
    if (page.length < PAGE) break;
    afterSeq = page.at(-1)!.seq;
  }
  for (const file of unknown) {
    await results.remove(file);
    counts.orphans++;
  }
  return counts;
}
