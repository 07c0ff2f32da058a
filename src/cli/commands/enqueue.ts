// tts enqueue: submit one job or many, print their ids, return.
import { TtsError } from '../../api/errors.ts';
import type { SubmittedJob } from '../../api/v1.ts';
import { nameSource, readList, readText } from '../input.ts';
import type { Options } from '../options.ts';
import { note } from '../output.ts';
import { withSession } from '../session.ts';
import { show } from '../show.ts';
import { buildRequest, type LineRequest, submitJobs } from '../submit.ts';

export async function run(args: readonly string[], options: Options): Promise<number> {
  const list = options.lines ?? options.jsonl;
  if (list === undefined) {
    const request = { ...buildRequest(options, 'batch'), text: await readText(args, options.file) };
    return withSession(options, async (session) => report(await submitJobs(session, [request]), options));
  }
  checkAlone(args, options);
  const requests =
    options.lines === undefined ? await readJsonl(list, options) : await readLines(list, options);
  if (requests.length === 0) throw new TtsError('usage', `${nameSource(list)} has no lines with text.`);
  return withSession(options, async (session) => {
    const submitted = await submitJobs(
      session,
      requests.map(({ request }) => request),
    ).catch((error) => {
      throw nameLine(error, list, requests);
    });
    return report(submitted, options);
  });
}

function checkAlone(args: readonly string[], options: Options): void {
  const given = [
    args.length > 0 && 'TEXT',
    options.file && '--file',
    options.lines && '--lines',
    options.jsonl && '--jsonl',
  ];
  const sources = given.filter(Boolean);
  if (sources.length > 1)
    throw new TtsError('usage', `${sources.join(' and ')} exclude each other: give one of them.`);
  if (options.key === undefined) return;
  throw new TtsError(
    'usage',
    '--key names a single job. In --jsonl each line can have its own "idempotency_key".',
  );
}

async function readLines(file: string, options: Options): Promise<LineRequest[]> {
  const common = buildRequest(options, 'batch');
  const lines = (await readList(file)).split(/\r?\n/);
  return lines.flatMap((text, index) =>
    text.trim() === '' ? [] : [{ line: index + 1, request: { ...common, text } }],
  );
}

async function readJsonl(file: string, options: Options): Promise<LineRequest[]> {
  const { parseJsonl } = await import('../jsonl.ts');
  return parseJsonl(nameSource(file), await readList(file), buildRequest(options, 'batch'));
}

/** The daemon counts jobs from 0; people look for a line. */
function nameLine(error: unknown, file: string, requests: readonly LineRequest[]): unknown {
  if (!(error instanceof TtsError)) return error;
  // `jobs[3]: …` from the daemon's rules, `jobs.3.text: …` from its schema.
  const place = /^jobs(?:\[|\.)(\d+)(?:\]: |\.)/.exec(error.message);
  const line = place ? requests[Number(place[1])]?.line : undefined;
  if (!place || line === undefined) return error;
  const message = error.message.slice(place[0].length);
  return new TtsError(error.code, `${nameSource(file)}:${line}: ${message}`, {
    cause: error,
    fields: error.fields,
  });
}

function report(submitted: readonly SubmittedJob[], options: Options): number {
  for (const { existing, job } of submitted) {
    show(options, { ...job, existing }, () => [job.id]);
    if (options.quiet || options.json) continue;
    if (existing) note(`Job ${job.id} was there already; nothing was added.`);
    for (const warning of job.warnings) note(warning);
  }
  return 0;
}
