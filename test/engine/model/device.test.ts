import { expect, test } from 'vitest';
import { type Backend, DEVICES, listCandidates } from '../../../src/engine/model/device.ts';

const here: Backend[] = [{ name: 'cpu' }, { name: 'webgpu' }, { name: 'cuda' }];
const any = { possible: DEVICES, backends: here };

test.each([
  ['cpu', ['cpu'], null],
  ['auto', ['cuda', 'cpu'], null],
  ['webgpu', ['webgpu', 'cpu'], null],
  ['coreml', ['cpu'], 'onnxruntime has no coreml on this machine, only cpu, webgpu, cuda'],
] as const)('for %s the devices %j are tried', (wish, devices, note) => {
  expect(listCandidates(wish, any)).toEqual({ devices, note });
});

test('a model that runs on the processor alone is not tried elsewhere', () => {
  const alone = { possible: ['cpu'] as const, backends: here };
  expect(listCandidates('auto', alone)).toEqual({ devices: ['cpu'], note: null });
  expect(listCandidates('cuda', alone).note).toBe('this model runs on the processor alone, not on cuda');
});
