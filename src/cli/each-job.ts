// Verbs that take several ids: one that fails does not keep the others from their turn.
import { TtsError } from '../api/errors.ts';
import { reportError } from './output.ts';

/** Calls `act` for each id in order; gives the exit code of the first that failed. */
export async function forEachId(
  ids: readonly string[],
  json: boolean | undefined,
  act: (id: string) => Promise<number>,
): Promise<number> {
  let exitCode = 0;
  for (const id of ids) {
    const code = await act(id).catch((error) => {
      if (!(error instanceof TtsError) || error.code === 'timed_out') throw error;
      return reportError(error, json === true);
    });
    exitCode ||= code;
  }
  return exitCode;
}

/** The path of a job or of something below it. */
export function pathOf(id: string, below = ''): string {
  return `/v1/jobs/${encodeURIComponent(id)}${below}`;
}
