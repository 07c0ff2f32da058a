// Sends the captions of a finished job, written piece by piece so that those of a book keep nobody else waiting.
import { Readable } from 'node:stream';
import { setImmediate as takeBreak } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { CAPTION_TYPES, type CaptionFormat } from '../../api/captions.ts';
import { TtsError } from '../../api/errors.ts';
import { makeCues, makeWordCues } from '../../engine/captions/cues.ts';
import { VTT_HEAD, writeSrtCue, writeVttCue } from '../../engine/captions/formats.ts';
import { findSentences, type ShownWord, type TimedText } from '../../engine/captions/sentences.ts';
import type { HeardWords } from '../inference/word-file.ts';
import type { Job } from '../jobs/job.ts';
import type { Context } from './context.ts';
import { explainMissing, getCompleted } from './send-result.ts';

const SLICE_MS = 5;
const PIECE_CHARS = 16_384;

export interface CaptionsWanted {
  format: CaptionFormat;
  by: 'sentence' | 'word';
}

export async function sendCaptions(
  job: Job,
  wanted: CaptionsWanted,
  reply: FastifyReply,
  { store, results, jobs }: Pick<Context, 'store' | 'results' | 'jobs'>,
): Promise<FastifyReply> {
  const completed = getCompleted(job);
  const [heard, text] = await Promise.all([results.readWords(completed.result.file), store.getText(job.id)]);
  if (text === undefined) throw new TtsError('result_expired', `The text of job ${job.id} is gone.`);
  if (heard === undefined) return explainMissing(completed, jobs);
  const timed = findSentences(text, toSpokenWords(heard));
  const lengthSec = heard.lengthSamples / heard.sampleRateHz;
  const parts =
    wanted.format === 'json'
      ? writeJson(job, timed, lengthSec, wanted.by)
      : writeCues(timed, lengthSec, wanted);
  reply.header('content-type', CAPTION_TYPES[wanted.format]);
  return reply.send(Readable.from(inPieces(parts), { objectMode: false }));
}

function toSpokenWords({ words, sampleRateHz }: HeardWords) {
  return words.map(({ start, end, startSample, endSample }) => ({
    start,
    end,
    startSec: startSample / sampleRateHz,
    endSec: endSample / sampleRateHz,
  }));
}

function* writeCues(timed: TimedText, lengthSec: number, { format, by }: CaptionsWanted): Generator<string> {
  if (format === 'vtt') yield VTT_HEAD;
  let number = 0;
  for (const cue of by === 'word' ? makeWordCues(timed) : makeCues(timed, lengthSec))
    yield format === 'vtt' ? writeVttCue(cue) : writeSrtCue(cue, ++number);
}

function* writeJson(
  job: Job,
  timed: TimedText,
  lengthSec: number,
  by: 'sentence' | 'word',
): Generator<string> {
  const head = { job_id: job.id, language: job.spec.language, duration_sec: roundSec(lengthSec), by };
  yield `${JSON.stringify(head).slice(0, -1)},"captions":[`;
  let comma = '';
  for (const caption of listCaptions(timed, by)) {
    yield comma + JSON.stringify(caption);
    comma = ',';
  }
  yield ']}';
}

function* listCaptions({ shown, sentences }: TimedText, by: 'sentence' | 'word') {
  const show = ({ shownStart, shownEnd, start, end, startSec, endSec }: ShownWord) => ({
    start_sec: roundSec(startSec),
    end_sec: roundSec(endSec),
    text: shown.slice(shownStart, shownEnd).replace(/\s+/g, ' '),
    start,
    end,
  });
  for (const { words, ...place } of sentences) {
    const whole = { ...place, startSec: words[0]!.startSec, endSec: words.at(-1)!.endSec };
    if (by === 'word') for (const word of words) yield show(word);
    else yield { ...show(whole), words: words.map(show) };
  }
}

/** To the millisecond: a model's own steps are longer. */
function roundSec(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

async function* inPieces(parts: Iterable<string>): AsyncGenerator<string> {
  let piece = '';
  let sliceStartMs = performance.now();
  for (const part of parts) {
    piece += part;
    if (piece.length >= PIECE_CHARS) {
      yield piece;
      piece = '';
    }
    if (performance.now() - sliceStartMs < SLICE_MS) continue;
    await takeBreak();
    sliceStartMs = performance.now();
  }
  if (piece !== '') yield piece;
}
