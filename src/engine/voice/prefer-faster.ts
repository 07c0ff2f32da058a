// Which of several models with the same voices speaks where none is named.
import type { ModelInfo } from '../model/shelf.ts';

/** Less may be chance. */
const CLEARLY = 1.15;

/** By id; of those with the same voices the one goes first that was measured to be clearly faster here than those before it. */
export function preferFaster(models: Iterable<ModelInfo>): ModelInfo[] {
  const sorted = [...models].sort((a, b) => (a.id < b.id ? -1 : 1));
  const families = Map.groupBy(sorted, nameFamily);
  return [...families.values()].flatMap((family) => {
    const first = family.reduce((best, model) => (isClearlyFaster(model, best) ? model : best));
    return [first, ...family.filter((model) => model !== first)];
  });
}

/** The same for models with the same voices, as one in 8 and one in 32 bits. */
export function nameFamily({ manifest, languages, speakers }: ModelInfo): string {
  return JSON.stringify([manifest.engine, languages, speakers.map(({ id }) => id)]);
}

function isClearlyFaster(
  { timesRealTimeHere: speed }: ModelInfo,
  { timesRealTimeHere: other }: ModelInfo,
): boolean {
  return speed !== null && other !== null && speed > CLEARLY * other;
}
