// Warnings of jobs that somebody waits for, such as that the queue is paused: each is said once.
import type { JobView } from '../api/job.ts';
import { note } from './output.ts';

/** `before` is called where something is said: it takes bars off the screen. */
export function createWarner(before: () => void): (view: JobView) => void {
  const said = new Set<string>();
  return ({ warnings }) => {
    const news = warnings.filter((warning) => !said.has(warning));
    if (news.length > 0) before();
    for (const warning of news) {
      said.add(warning);
      note(warning);
    }
  };
}
