// Puts the embedded engine together: the English text front end before the acoustic model.
import type { Engine } from '../../engine.ts';
import type { LoadOptions } from '../../protocol.ts';
import { openEnglishPhonemizer } from '../../text/english/phonemize.ts';
import { createHibari } from './index.ts';

export async function openHibari({ modelDir, threads }: LoadOptions): Promise<Engine> {
  return createHibari({ modelDir, threads, phonemizer: await openEnglishPhonemizer(modelDir) });
}
