import { expect, test } from 'vitest';
import { parseFromHost } from '../../../src/daemon/inference/parse-from-host.ts';

const AUDIO = {
  type: 'audio',
  requestId: 3,
  pcm: new Uint8Array(4),
  sampleRateHz: 24_000,
  words: [{ start: 0, end: 5, startSec: 0, endSec: 0.4 }],
  warnings: ['one'],
  workMs: 12.5,
};

test.each([
  { type: 'ready', device: 'cuda', deviceNote: null },
  { type: 'ready', device: 'cpu', deviceNote: 'cuda: no driver' },
  { type: 'load-failed', message: 'no model' },
  { type: 'beat', rssBytes: 1 },
  { type: 'ending', code: 1 },
  { type: 'failed', requestId: 3, message: 'no voice' },
  { type: 'part', requestId: 3, pcm: new Uint8Array(4), sampleRateHz: 24_000 },
  { type: 'progress', requestId: 3, share: 0.25 },
  AUDIO,
])('what a host says is taken as it is: $type', (message) => {
  expect(parseFromHost(message)).toEqual(message);
});

test.each([
  [null, 'the message must be an object'],
  ['ready', 'the message must be an object'],
  [{}, 'the type undefined is unknown'],
  [{ type: 'song' }, 'the type song is unknown'],
  [{ type: 'beat', rssBytes: Number.NaN }, 'rssBytes must be a number from 0'],
  [{ type: 'load-failed' }, 'message must be text'],
  [{ type: 'ready', device: 'abacus', deviceNote: null }, 'device must be one'],
  [{ ...AUDIO, requestId: -1 }, 'requestId must be a number from 0'],
  [{ ...AUDIO, requestId: '3' }, 'requestId must be a number from 0'],
  [{ ...AUDIO, pcm: [0, 0] }, 'pcm must be bytes'],
  [{ ...AUDIO, pcm: new Uint8Array(3) }, 'pcm has 3 bytes, half a sample too many'],
  [{ ...AUDIO, sampleRateHz: 0 }, 'sampleRateHz must be a whole number above 0'],
  [{ ...AUDIO, sampleRateHz: Number.NaN }, 'sampleRateHz must be a number from 0'],
  [{ type: 'part', requestId: 3, pcm: new Uint8Array(3), sampleRateHz: 24_000 }, 'half a sample too many'],
  [{ type: 'progress', requestId: 3, share: Number.NaN }, 'share must be a number from 0'],
  [{ ...AUDIO, words: 'Hello' }, 'words must be a list'],
  [{ ...AUDIO, words: [null] }, 'words must be an object'],
  [
    { ...AUDIO, words: [{ start: 0, end: 5, startSec: 0, endSec: Number.NaN }] },
    'words.endSec must be a number from 0',
  ],
  [{ ...AUDIO, warnings: [1] }, 'warnings must be text'],
  [{ ...AUDIO, workMs: Infinity }, 'workMs must be a number from 0'],
])('what makes no sense is named: %o', (message, problem) => {
  expect(() => parseFromHost(message)).toThrow(problem);
});
