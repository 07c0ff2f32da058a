import { expect, test } from 'vitest';
import { TEXT, takeUp } from './take-up.ts';

test('progress never goes back: not when a chunk was lost, nor after a restart that finds none of them', () => {
  const job = takeUp();
  for (const index of [0, 1, 2]) job.finishChunk(index, 100);
  const before = job.progress;
  expect(before).toMatchObject({ doneChunks: 3, totalChunks: 4 });
  job.loseChunk(1);
  expect(job.progress).toEqual(before);
  expect(job.remainingChars).toBe(9);
  const again = takeUp(before);
  expect(again.progress).toEqual(before);
  for (const index of [0, 1, 2, 3]) again.finishChunk(index, 100);
  expect(again.progress).toEqual({ doneChars: TEXT.length, doneChunks: 4, totalChunks: 4 });
});

test('a chunk that is being made counts by how far it is, and takes nothing back when it is made again', () => {
  const job = takeUp();
  job.finishChunk(0, 100);
  expect(job.progress.doneChars).toBe(4);
  job.noteProgress(2, 0.5);
  // Half of the third one's six characters, scaled to the text with its white space.
  expect(job.progress).toMatchObject({ doneChars: 8, doneChunks: 1 });
  job.noteProgress(2, 0.1);
  expect(job.progress.doneChars).toBe(8);
  job.giveBackChunk(2);
  expect(job.progress.doneChars).toBe(8);
  for (const index of [1, 2, 3]) job.finishChunk(index, 100);
  expect(job.progress.doneChars).toBe(TEXT.length);
});
