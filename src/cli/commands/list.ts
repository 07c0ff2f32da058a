// tts list: jobs, newest first.
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import type { ListReply } from '../../api/v1.ts';
import type { Client } from '../client.ts';
import type { Options } from '../options.ts';
import { note } from '../output.ts';
import { withSession } from '../session.ts';
import { showJobs } from '../show.ts';
import { STATE_WORDS } from '../states.ts';
import { parseSince } from '../when.ts';

const DEFAULT_LIMIT = 50;
const MAX_PAGE = 1000;
export async function run(_args: readonly string[], options: Options): Promise<number> {
  const filter = buildFilter(options);
  const limit = options.limit ?? DEFAULT_LIMIT;
  return withSession(options, async ({ client }) => {
    const { jobs, hasMore } = await listJobs(client, filter, limit);
    showJobs(options, jobs);
    if (hasMore && !options.quiet && !options.json)
      note(`There are older ones: tts list --limit ${limit * 2}`);
    return 0;
  });
}

/** Up to `limit` jobs over as many pages as that takes. */
export async function listJobs(
  client: Client,
  filter: Record<string, string>,
  limit: number,
): Promise<{ jobs: JobView[]; hasMore: boolean }> {
  const jobs: JobView[] = [];
  let cursor: string | null = null;
  do {
    const page = String(Math.min(MAX_PAGE, limit - jobs.length));
    const query = new URLSearchParams({ ...filter, limit: page, ...(cursor === null ? {} : { cursor }) });
    const reply: ListReply = await client.get<ListReply>(`/v1/jobs?${query}`);
    jobs.push(...reply.jobs);
    cursor = reply.next_cursor;
  } while (cursor !== null && jobs.length < limit);
  return { jobs, hasMore: cursor !== null };
}

function buildFilter(options: Options): Record<string, string> {
  const { state, label, since, search } = options;
  if (state !== undefined && !STATE_WORDS.includes(state)) {
    throw new TtsError('usage', `--state: expected one of ${STATE_WORDS.join(', ')}, got "${state}".`);
  }
  return {
    ...(state === undefined ? {} : { state }),
    ...(label === undefined ? {} : { label }),
    ...(search === undefined ? {} : { q: search }),
    ...(since === undefined ? {} : { since: parseSince(since, Date.now()) }),
  };
}
