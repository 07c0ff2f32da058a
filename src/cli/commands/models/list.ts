// tts models, tts models list: what is here, and what can be had.
import type { Model } from '../../../api/models.ts';
import { describeLanguages, describeState, describeVoices } from '../../describe-model.ts';
import type { Options } from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { alignColumns, cutLine, formatBytes, getWidth } from '../../render.ts';
import { withSession } from '../../session.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const { data } = await withSession(options, ({ client }) =>
    client.get<{ data: Partial<Model>[] }>('/v1/models?all=true'),
  );
  // Names of OpenAI's that mean the default model are none to choose from.
  const models = data.filter((model): model is Model => model.state !== undefined);
  if (options.json) for (const model of models) printJson(model);
  else if (options.quiet) for (const { id } of models) print(id);
  else for (const line of renderModels(models)) print(cutLine(line, getWidth()));
  return 0;
}

function renderModels(models: readonly Model[]): string[] {
  return alignColumns([
    ['MODEL', 'STATE', 'SIZE', 'VOICES', 'LANGUAGES', 'LICENCE'],
    ...models.map((model) => [
      model.id,
      describeState(model),
      formatBytes(model.bytes),
      describeVoices(model),
      describeLanguages(model.languages),
      model.licence,
    ]),
  ]);
}
