// Where a model runs: which devices are tried for what was wished, in which order.

export const DEVICES = ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const;
export type Device = (typeof DEVICES)[number];
export type DeviceWish = Device | 'auto';

export interface Backend {
  name: string;
}

/**
 * Those that `auto` may try before the processor. Not WebGPU and CoreML: the runtime calls the one experimental, and the other is
 * slower than the processor where lengths differ from run to run; they are taken when they are asked for.
 */
const AUTOMATIC: readonly Device[] = ['cuda', 'dml'];

/** For what can be had. */
const REMEDIES: Partial<Record<Device, string>> = {
  cuda: '; to get it: tts doctor --fix cuda',
};

export interface Candidates {
  /** In the order to try; the processor, which every model can run on, comes last. */
  devices: Device[];
  /** Why what was wished is not among them. */
  note: string | null;
}

/** `possible`: what the engine can run on; `backends`: what the runtime has on this machine. */
export function listCandidates(
  wish: DeviceWish,
  { possible, backends }: { possible: readonly Device[]; backends: readonly Backend[] },
): Candidates {
  if (wish === 'cpu') return { devices: ['cpu'], note: null };
  const known = (device: Device) => backends.some(({ name }) => name === device);
  if (wish === 'auto') {
    const faster = AUTOMATIC.filter((device) => possible.includes(device) && known(device));
    return { devices: [...faster, 'cpu'], note: null };
  }
  if (!possible.includes(wish))
    return { devices: ['cpu'], note: `this model runs on the processor alone, not on ${wish}` };
  if (!known(wish)) {
    const names = backends.map(({ name }) => name).join(', ');
    return {
      devices: ['cpu'],
      note: `onnxruntime has no ${wish} on this machine, only ${names}${REMEDIES[wish] ?? ''}`,
    };
  }
  return { devices: [wish, 'cpu'], note: null };
}
