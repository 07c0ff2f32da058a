// The engines there are, by the name that manifests use. Each is loaded only when a model of its family is.
import type { Engine } from '../engine.ts';
import type { LoadOptions } from '../protocol.ts';

export interface EngineEntry {
  /** Raised whenever the same input would give other samples: stored chunks of the old version are then no longer used. */
  version: number;
  open(options: LoadOptions): Promise<Engine>;
}

export const ENGINES = {
  hibari: {
    version: 1,
    open: async (options) => (await import('./hibari/open.ts')).openHibari(options),
  },
} as const satisfies Record<string, EngineEntry>;

export function isEngineName(name: string): name is keyof typeof ENGINES {
  return Object.hasOwn(ENGINES, name);
}
