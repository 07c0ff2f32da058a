// What an engine host says, checked: a host whose memory is damaged may say anything.
import { BYTES_PER_SAMPLE } from '../../engine/audio/pcm.ts';
import type { WordTiming } from '../../engine/engine.ts';
import { DEVICES, type Device } from '../../engine/model/device.ts';
import type { FromHost } from '../../engine/protocol.ts';

/** Throws naming what is wrong. */
export function parseFromHost(message: unknown): FromHost {
  const found = expectObject(message, 'the message');
  switch (found.type) {
    case 'ready':
      return {
        type: 'ready',
        device: expectDevice(found.device),
        deviceNote: found.deviceNote === null ? null : expectString(found.deviceNote, 'deviceNote'),
      };
    case 'load-failed':
      return { type: 'load-failed', message: expectString(found.message, 'message') };
    case 'beat':
      return { type: 'beat', rssBytes: expectNumber(found.rssBytes, 'rssBytes') };
    case 'ending':
      return { type: 'ending', code: expectNumber(found.code, 'code') };
    case 'failed':
      return {
        type: 'failed',
        requestId: expectNumber(found.requestId, 'requestId'),
        message: expectString(found.message, 'message'),
      };
    case 'audio':
      return {
        type: 'audio',
        requestId: expectNumber(found.requestId, 'requestId'),
        pcm: expectPcm(found.pcm),
        sampleRateHz: expectRate(found.sampleRateHz),
        words: expectArray(found.words, 'words').map(parseWord),
        warnings: expectArray(found.warnings, 'warnings').map((warning) => expectString(warning, 'warnings')),
        workMs: expectNumber(found.workMs, 'workMs'),
      };
    case 'part':
      return {
        type: 'part',
        requestId: expectNumber(found.requestId, 'requestId'),
        pcm: expectPcm(found.pcm),
        sampleRateHz: expectRate(found.sampleRateHz),
      };
    case 'progress':
      return {
        type: 'progress',
        requestId: expectNumber(found.requestId, 'requestId'),
        share: Math.min(1, expectNumber(found.share, 'share')),
      };
    default:
      throw new Error(`the type ${String(found.type).slice(0, 40)} is unknown`);
  }
}

function parseWord(word: unknown): WordTiming {
  const { start, end, startSec, endSec } = expectObject(word, 'words');
  return {
    start: expectNumber(start, 'words.start'),
    end: expectNumber(end, 'words.end'),
    startSec: expectNumber(startSec, 'words.startSec'),
    endSec: expectNumber(endSec, 'words.endSec'),
  };
}

function expectPcm(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new Error('pcm must be bytes');
  if (value.byteLength % BYTES_PER_SAMPLE !== 0)
    throw new Error(`pcm has ${value.byteLength} bytes, half a sample too many`);
  return value;
}

function expectRate(value: unknown): number {
  const rateHz = expectNumber(value, 'sampleRateHz');
  if (!Number.isInteger(rateHz) || rateHz === 0)
    throw new Error('sampleRateHz must be a whole number above 0');
  return rateHz;
}

/** Nothing that a host counts or measures is negative. */
function expectNumber(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new Error(`${field} must be a number from 0`);
  return value;
}

function expectString(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new Error(`${field} must be text`);
  return value;
}

function expectDevice(value: unknown): Device {
  const device = DEVICES.find((known) => known === value);
  if (device === undefined) throw new Error('device must be one that a model can run on');
  return device;
}

function expectArray(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${field} must be a list`);
  return value;
}

function expectObject(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error(`${field} must be an object`);
  return value as Record<string, unknown>;
}
