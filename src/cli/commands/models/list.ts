// tts models, tts models list: what is here, and what can be had.
import type { Model } from '../../../api/models.ts';
import { describeLanguages, describeState, describeVoices } from '../../describe-model.ts';
import type { Options } from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { alignColumns, cutLine, formatBytes, getWidth } from '../../render.ts';
import { withSession } from '../../session.ts';

const ALL_COLUMNS = 100;

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const { data } = await withSession(options, ({ client }) =>
    client.get<{ data: Partial<Model>[] }>('/v1/models?all=true'),
  );
  // Names of OpenAI's that mean the default model are none to choose from.
  const models = data.filter((model): model is Model => model.state !== undefined);
  if (options.json) for (const model of models) printJson(model);
  else if (options.quiet) for (const { id } of models) print(id);
  else for (const line of renderModels(models, getWidth())) print(cutLine(line, getWidth()));
  return 0;
}

/** Voices and licence are left to `tts models show` where there is no room for all. */
function renderModels(models: readonly Model[], width: number): string[] {
  const rest = (...columns: string[]) => (width < ALL_COLUMNS ? [] : columns);
  return alignColumns([
    ['MODEL', 'STATE', 'SIZE', 'LANGUAGES', ...rest('VOICES', 'LICENCE')],
    ...models.map((model) => [
      model.id,
      describeState(model),
      formatBytes(model.bytes),
      describeLanguages(model.languages),
      ...rest(describeVoices(model), model.licence),
    ]),
  ]);
}
