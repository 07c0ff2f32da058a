// Where a model runs, as clients are told.
import type { ModelInfo } from '../../engine/model/shelf.ts';
import type { ModelHost } from '../inference/model-host.ts';

/** `device` is null as long as only loading the model would tell. */
export function describeDevice({
  info: { devices },
  host: { device },
}: {
  info: ModelInfo;
  host: ModelHost;
}): { device: string | null; device_note?: string } {
  if (device === null) return { device: devices.length === 1 ? devices[0]! : null };
  return { device: device.name, ...(device.note !== null && { device_note: device.note }) };
}
