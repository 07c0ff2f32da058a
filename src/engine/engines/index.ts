// Which engine runs which family of models. Each is loaded when a model first needs it.
import type { Engine } from '../engine.ts';

export interface EngineOptions {
  /** The folder with the model's files. */
  modelDir: string;
  /** Threads of one graph run, at least 1. */
  threads: number;
}

/** By the name that a model's manifest gives as its engine. */
export const engines: ReadonlyMap<string, (options: EngineOptions) => Promise<Engine>> = new Map([
  [
    'hibari',
    async (options) => {
      const { createHibari } = await import('./hibari/index.ts');
      const { openEnglishPhonemizer } = await import('../text/english/phonemize.ts');
      return createHibari({ ...options, phonemizer: await openEnglishPhonemizer(options.modelDir) });
    },
  ],
]);
