// Which of several models with the same voices speaks where none is named.
import type { ModelInfo } from '../model/shelf.ts';

/** Less may be chance. */
const CLEARLY = 1.15;

/** By id; of those with the same speakers the one goes first that was measured to be clearly faster here than those before it. */
export function preferFaster(models: Iterable<ModelInfo>): ModelInfo[] {
  const sorted = [...models].sort((a, b) => (a.id < b.id ? -1 : 1));
  const families = Map.groupBy(sorted, ({ speakers }) => speakers.map(({ id }) => id).join());
  return [...families.values()].flatMap((family) => {
    const first = family.reduce((best, model) => (isClearlyFaster(model, best) ? model : best));
    return [first, ...family.filter((model) => model !== first)];
  });
}

function isClearlyFaster(
  { timesRealTimeHere: speed }: ModelInfo,
  { timesRealTimeHere: other }: ModelInfo,
): boolean {
  return speed !== null && other !== null && speed > CLEARLY * other;
}
