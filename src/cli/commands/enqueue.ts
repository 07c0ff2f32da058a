// tts enqueue: submit one job or many, print their ids, return; with -o stay until each is in its file.
import { TtsError } from '../../api/errors.ts';
import type { AudioFormat } from '../../api/job.ts';
import type { SubmittedJob } from '../../api/v1.ts';
import { isFolder, openEarly } from '../destination.ts';
import { chooseFormat } from '../format.ts';
import { nameSource, readList, readText } from '../input.ts';
import { catchInterrupt, Interrupted } from '../interrupt.ts';
import type { Options } from '../options.ts';
import { note, print } from '../output.ts';
import { type Session, withSession } from '../session.ts';
import { show } from '../show.ts';
import { bringClone, buildRequest, type SourcedRequest } from '../submit.ts';
import { submitAndName } from '../submit-and-name.ts';
import { FILE_FIELDS, isTemplate, JOB_FIELDS } from '../template.ts';

export async function run(args: readonly string[], options: Options): Promise<number> {
  checkSources(args, options);
  const { output, captions } = options;
  const format = await checkOutput(options);
  const requests = await readRequests(args, options, format);
  if (captions !== undefined) {
    const { checkCaptions } = await import('../captions.ts');
    await checkCaptions(captions, requests.length);
  }
  return withSession(options, async (session) => {
    const clone = await bringClone(session, options);
    // From here on Ctrl-C leaves the jobs and says which they are.
    const { signal, stop } = catchInterrupt();
    try {
      const submitted = await submitAndName(
        session,
        requests.map(({ request }) => ({ ...request, ...clone })),
        signal,
      ).catch((error) => {
        throw nameSourceOf(error, requests);
      });
      warn(submitted, options);
      if (output !== undefined) return await save(session, { submitted, requests, options, signal });
      for (const { existing, job } of submitted) show(options, { ...job, existing }, () => [job.id]);
      return signal.aborted ? (signal.reason as Interrupted).exitCode : 0;
    } catch (error) {
      if (error instanceof Interrupted) return error.exitCode;
      throw error;
    } finally {
      stop();
    }
  });
}

function checkSources(args: readonly string[], options: Options): void {
  const { file, lines, jsonl, each, key, output, captions } = options;
  const isMany = each || lines !== undefined || jsonl !== undefined;
  if (each && args.length === 0)
    throw new TtsError('usage', 'Which files? As in: tts enqueue --each chapters/*.txt');
  if (isMany) {
    const given = [
      args.length > 0 && (each ? 'FILES with --each' : 'TEXT'),
      file !== undefined && '--file',
      lines !== undefined && '--lines',
      jsonl !== undefined && '--jsonl',
    ].filter(Boolean);
    if (given.length > 1)
      throw new TtsError('usage', `${given.join(' and ')} exclude each other: give one of them.`);
    if (key !== undefined)
      throw new TtsError(
        'usage',
        '--key names a single job. In --jsonl each line can have its own "idempotency_key".',
      );
  } else if (output !== undefined || captions !== undefined)
    throw new TtsError(
      'usage',
      `${output === undefined ? '--captions' : '-o'} is for many at once, with --each, --lines or --jsonl. One text into a file: tts say … -o FILE`,
    );
  if (captions !== undefined && output === undefined)
    throw new TtsError('usage', '--captions goes with -o, which says where the sound goes.');
}

/** The format that the name of the files asks for. */
async function checkOutput(options: Options): Promise<AudioFormat | undefined> {
  const { output, each } = options;
  if (output === undefined) return undefined;
  if (output === '-' || !(isTemplate(output) || (await isFolder(output))))
    throw new TtsError(
      'usage',
      `All jobs would be written to ${output}. Use a template: -o ${each ? "'{stem}.wav'" : "'{n:03}.wav'"}`,
    );
  await openEarly(output, each ? FILE_FIELDS : JOB_FIELDS);
  return chooseFormat(options);
}

async function readRequests(
  args: readonly string[],
  options: Options,
  format: AudioFormat | undefined,
): Promise<SourcedRequest[]> {
  const { lines, jsonl, each, file } = options;
  const common = buildRequest(options, 'batch', format);
  if (each) return (await import('../each-file.ts')).readEachFile(args, common);
  const list = lines ?? jsonl;
  if (list === undefined)
    return [{ source: nameSource(file ?? '-'), request: { ...common, text: await readText(args, file) } }];
  const source = nameSource(list);
  const text = await readList(list);
  const requests =
    lines === undefined
      ? (await import('../jsonl.ts')).parseJsonl(source, text, common)
      : splitLines(source, text).map((line) => ({ ...line, request: { ...common, text: line.text } }));
  if (requests.length === 0) throw new TtsError('usage', `${source} has no lines with text.`);
  return requests;
}

function splitLines(source: string, list: string): { source: string; text: string }[] {
  return list
    .split(/\r?\n/)
    .map((text, index) => ({ source: `${source}:${index + 1}`, text }))
    .filter(({ text }) => text.trim() !== '');
}

/** The daemon counts jobs from 0; people look for a file or a line. */
function nameSourceOf(error: unknown, requests: readonly SourcedRequest[]): unknown {
  if (!(error instanceof TtsError) || requests.length < 2) return error;
  // `jobs[3]: …` from the daemon's rules, `jobs.3.text: …` from its schema.
  const place = /^jobs(?:\[|\.)(\d+)(?:\]: |\.)/.exec(error.message);
  const source = place ? requests[Number(place[1])]?.source : undefined;
  if (!place || source === undefined) return error;
  const message = error.message.slice(place[0].length);
  return new TtsError(error.code, `${source}: ${message}`, { cause: error, fields: error.fields });
}

/** While files are written, warnings are said as the jobs come along. */
function warn(submitted: readonly SubmittedJob[], { quiet, json, output }: Options): void {
  if (quiet || json) return;
  for (const { existing, job } of submitted)
    if (existing) note(`Job ${job.id} was there already; nothing was added.`);
  if (output !== undefined) return;
  for (const warning of new Set(submitted.flatMap(({ job }) => job.warnings))) note(warning);
}

interface Save {
  submitted: readonly SubmittedJob[];
  requests: readonly SourcedRequest[];
  options: Options;
  signal: AbortSignal;
}

async function save(session: Session, { submitted, requests, options, signal }: Save): Promise<number> {
  const { collect } = await import('../collect.ts');
  const { getStem } = await import('../each-file.ts');
  const wanted = submitted.map(({ job }, index) => ({
    job,
    place: { n: index + 1, ...(options.each ? { stem: getStem(requests[index]!.source) } : {}) },
  }));
  try {
    return await collect(session, wanted, { options, output: options.output!, signal });
  } catch (error) {
    if (!(error instanceof Interrupted || error === session.deadline?.reason)) throw error;
    note('The jobs are left to themselves. Their sound: tts fetch --wait, with these ids.');
    for (const { job } of submitted) print(job.id);
    if (error instanceof Interrupted) return error.exitCode;
    throw error;
  }
}
