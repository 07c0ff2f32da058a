// tts models show: all that is known of models.
import type { ModelDetails } from '../../../api/models.ts';
import { describeState } from '../../describe-model.ts';
import { forEachId } from '../../each-job.ts';
import { pathOfModel } from '../../model-path.ts';
import type { Options } from '../../options.ts';
import { formatBytes, wrapValues } from '../../render.ts';
import { withSession } from '../../session.ts';
import { show } from '../../show.ts';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  return withSession(options, ({ client }) =>
    forEachId(ids, options.json, async (id) => {
      const model = await client.get<ModelDetails>(pathOfModel(id));
      show(options, model, () => wrapValues(render(model)));
      return 0;
    }),
  );
}

function render(model: ModelDetails): string[] {
  // A name of OpenAI's, which only means the default model.
  if (model.state === undefined) return [`model       ${model.id}, which stands for the default model`];
  const hosts = [...new Set(model.files.flatMap(({ urls }) => urls.map((url) => new URL(url).host)))];
  return [
    `model       ${model.id}`,
    `name        ${model.name}`,
    ...(model.about ? [`about       ${model.about}`] : []),
    `state       ${describeState(model)}`,
    `engine      ${model.engine}, ${model.sample_rate} Hz`,
    `languages   ${model.languages.join(', ')}`,
    ...(model.speakers.length > 0 ? [`voices      ${model.speakers.map(({ id }) => id).join(', ')}`] : []),
    ...(model.clones ? ['clones      speaks with the voice of a clip'] : []),
    ...((model.tags ?? []).length > 0 ? [`tags        ${model.tags.join(' ')}`] : []),
    `licence     ${model.licence}`,
    ...(model.source ? [`source      ${model.source}`] : []),
    `size        ${formatBytes(model.bytes)} in ${model.files.length} files`,
    ...(model.memory_bytes === null ? [] : [`memory      ${formatBytes(model.memory_bytes)} at work`]),
    ...describeSpeed(model),
    ...(model.device
      ? [`device      ${model.device}${model.device_note ? `, since ${model.device_note}` : ''}`]
      : []),
    ...(hosts.length > 0 ? [`from        ${hosts.join(', ')}`] : []),
    ...(model.built_in || hosts.length === 0
      ? []
      : [
          `checked     ${model.verified ? 'its files were fetched and hashed by us' : 'sizes and checksums as others published them'}`,
        ]),
  ];
}

function describeSpeed({ times_real_time, times_real_time_here }: ModelDetails): string[] {
  if ((times_real_time_here ?? null) !== null)
    return [`speed       ${times_real_time_here} s of speech in a second, measured here`];
  return times_real_time === null
    ? []
    : [`speed       ${times_real_time} s of speech in a second, on two cores`];
}
