// tts book: an EPUB as a folder of chapters, or as one M4B with chapter marks.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TtsError } from '../../api/errors.ts';
import type { AudioFormat, JobRequest, JobView } from '../../api/job.ts';
import { type Book, readEpub } from '../book/read-epub.ts';
import { checkFfmpeg, writeM4b } from '../book/write-m4b.ts';
import { collect } from '../collect.ts';
import { isFolder, openDestination, openEarly } from '../destination.ts';
import { pathOf } from '../each-job.ts';
import { chooseFormat } from '../format.ts';
import { describeUnreadable } from '../input.ts';
import { Interrupted } from '../interrupt.ts';
import type { Options } from '../options.ts';
import { checkCompleted } from '../outcome.ts';
import { note, print, printJson } from '../output.ts';
import { type Session, withInterruptible } from '../session.ts';
import { bringClone, buildRequest, submitJobs } from '../submit.ts';
import { isTemplate } from '../template.ts';
import { waitForEnds } from '../wait-for-ends.ts';

const DEFAULT_NAME = '{label}/{n:03}-{slug}.{ext}';
const DEFAULT_FORMAT: AudioFormat = 'mp3';
const MAX_LABEL = 200;

export async function run([file]: readonly string[], options: Options): Promise<number> {
  const output = await chooseOutput(options.output);
  const isOneFile = output.endsWith('.m4b');
  if (isOneFile) checkFfmpeg();
  const single = await openEarly(output);
  const format = isOneFile ? 'pcm' : ((await chooseFormat({ ...options, output })) ?? DEFAULT_FORMAT);
  const bytes = await readFile(file!).catch((cause) => {
    throw describeUnreadable(file!, cause);
  });
  const book = readEpub(bytes, file!);
  return withInterruptible(options, (session, signal) =>
    makeBook(session, signal).catch((error) => {
      if (error instanceof Interrupted)
        note('The chapters stay in the queue; the same command goes on with them.');
      throw error;
    }),
  );

  async function makeBook(session: Session, signal: AbortSignal): Promise<number> {
    const jobs = await submitChapters(session, book, { options, format });
    if (isOneFile) return makeOneFile(session, book, { jobs, options, path: output, signal });
    const wanted = jobs.map((job, index) => ({
      job,
      place: { n: index + 1, title: book.chapters[index]!.title },
    }));
    return collect(session, wanted, { options, output, single, signal });
  }
}

/** A folder gets the chapters under their titles. */
async function chooseOutput(output: string | undefined): Promise<string> {
  if (output === undefined) return DEFAULT_NAME;
  if (output.endsWith('.m4b')) {
    if (isTemplate(output))
      throw new TtsError('usage', `${output}: an M4B is one file. Name it without fields.`);
    return output;
  }
  if (isTemplate(output)) return output;
  if (output !== '-' && (await isFolder(output))) return `${output.replace(/\/*$/, '')}/{n:03}-{slug}.{ext}`;
  throw new TtsError(
    'usage',
    `All chapters would be written to ${output}. Name a folder that is there, book.m4b, or a template: -o '{n:03}-{slug}.mp3'`,
  );
}

/** The same book with the same settings finds its jobs again; those that came to nothing are begun anew. */
async function submitChapters(
  session: Session,
  { title, chapters }: Book,
  { options, format }: { options: Options; format: AudioFormat },
): Promise<JobView[]> {
  const common = {
    label: title.slice(0, MAX_LABEL),
    ...buildRequest(options, 'batch', format),
    ...(await bringClone(session, options)),
  };
  const requests = chapters.map(({ text }, index): JobRequest => {
    const request = { ...common, text };
    const hash = createHash('sha256')
      .update(JSON.stringify([index, request]))
      .digest('hex');
    return { ...request, idempotency_key: `book:${hash}` };
  });
  const submitted = await submitJobs(session, requests);
  const jobs: JobView[] = [];
  for (const { existing, job } of submitted) {
    const isGone = job.state === 'failed' || job.state === 'cancelled' || (job.finished_at && !job.result);
    const again = existing && isGone ? await session.client.post<JobView>(pathOf(job.id, '/retry'), {}) : job;
    jobs.push(again);
  }
  return jobs;
}

async function makeOneFile(
  session: Session,
  { title, author, chapters }: Book,
  wanted: { jobs: readonly JobView[]; options: Options; path: string; signal: AbortSignal },
): Promise<number> {
  const { options, path, signal } = wanted;
  const ended = new Map<string, JobView>();
  for await (const job of waitForEnds(session, wanted.jobs, { options, signal })) {
    checkCompleted(job);
    ended.set(job.id, job);
  }
  const parts = chapters.map((chapter, index) => ({
    title: chapter.title,
    job: ended.get(wanted.jobs[index]!.id)!,
  }));
  const destination = await openDestination(path);
  if (destination.kind !== 'file') throw new TtsError('usage', `${path}: an M4B is written to a file.`);
  await writeM4b(session, { title, author, chapters: parts }, destination.path);
  if (options.json) printJson({ file: path, title, chapters: parts.map((part) => part.title) });
  else print(path);
  return 0;
}
