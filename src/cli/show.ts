// What a verb has to show: JSON, bare ids, or lines for people.
import type { JobView } from '../api/job.ts';
import type { Options } from './options.ts';
import { print, printJson } from './output.ts';
import { getWidth, renderJobs } from './render.ts';

/** All of a thing with `--json`, its bare id with `-q`, else the lines for people. */
export function show<T extends { id: string }>(
  options: Options,
  thing: T,
  render: () => readonly string[],
): void {
  if (options.json) printJson(thing);
  else if (options.quiet) print(thing.id);
  else for (const line of render()) print(line);
}

/** One line a job, all in the same columns. */
export function showJobs(options: Options, jobs: readonly JobView[]): void {
  const lines = options.json || options.quiet ? [] : renderJobs(jobs, getWidth());
  for (const [index, job] of jobs.entries()) show(options, job, () => [lines[index]!]);
}
