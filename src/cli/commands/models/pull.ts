// tts models pull: downloads models, with a bar. The daemon does it, as long as this command stays.
import { isErrorCode, TtsError } from '../../../api/errors.ts';
import { PULL_DONE_EVENT, PULL_ERROR_EVENT } from '../../../api/events.ts';
import type { Model, ModelDetails, PullFailure, PullProgress } from '../../../api/models.ts';
import type { Voice } from '../../../api/voices.ts';
import type { Client } from '../../client.ts';
import { describeVoices } from '../../describe-model.ts';
import { forEachId } from '../../each-job.ts';
import { Interrupted } from '../../interrupt.ts';
import { pathOfModel } from '../../model-path.ts';
import type { Options } from '../../options.ts';
import { note } from '../../output.ts';
import { formatBytes } from '../../render.ts';
import { withInterruptible } from '../../session.ts';
import { show } from '../../show.ts';
import { createPullBar } from '../../ui/pull-bar.ts';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  return withInterruptible(options, ({ client }, signal) =>
    forEachId(ids, options.json, async (id) => {
      const model = await pull(client, id, options, signal).catch((error: unknown) => {
        if (error instanceof Interrupted) note('What has come is kept: the next pull goes on from there.');
        throw error;
      });
      const sentence =
        model.voices === 0 ? 'tts say "Hello." --clone CLIP.wav' : `tts say "Hello." -m ${model.id}`;
      const family = options.json ? undefined : await describeFamily(client, model);
      show(options, model, () => [
        `${model.id} is here: ${describeVoices(model)}, ${formatBytes(model.bytes)}${describePace(model)}. Try: ${sentence}`,
        ...(family === undefined ? [] : [family]),
      ]);
      return 0;
    }),
  );
}

async function pull(
  client: Client,
  id: string,
  options: Options,
  signal: AbortSignal,
): Promise<ModelDetails> {
  const bar = await createPullBar(options);
  try {
    for await (const { name, data } of client.pull(id, signal)) {
      if (name === PULL_DONE_EVENT) return data as ModelDetails;
      if (name === PULL_ERROR_EVENT) throw toError(data as PullFailure);
      bar.update(data as PullProgress);
    }
  } finally {
    bar.clear();
  }
  throw new TtsError(
    'daemon_unreachable',
    `The daemon went away while it pulled ${id}. Try again: it goes on from there.`,
  );
}

function describePace({ times_real_time_here: times }: Model): string {
  return times === null || times === undefined ? '' : `, ${times} s of speech in a second here`;
}

/** Where the same voices are here in other numbers too (8, 16 or 32 bits): which of the models speaks where none is named. */
async function describeFamily(client: Client, model: ModelDetails): Promise<string | undefined> {
  const { data } = await client.get<{ data: Partial<Model>[] }>('/v1/models');
  const alike = data.filter(({ id, engine }) => id !== model.id && engine === model.engine);
  const others = await Promise.all(alike.map(({ id }) => client.get<ModelDetails>(pathOfModel(id!))));
  const siblings = others.filter((other) => nameVoices(other) === nameVoices(model));
  if (siblings.length === 0 || model.speakers.length === 0) return undefined;
  const voice = await client.get<Voice>(`/v1/voices/${encodeURIComponent(model.speakers[0]!.id)}`);
  const family = [model, ...siblings];
  const name = (one: Model) => `${one.id}${describePace(one)}`;
  const speaks = family.find(({ id }) => id === voice.model);
  if (speaks === undefined) return undefined;
  const rest = family.filter((one) => one !== speaks);
  return `The same voices are here more than once. Where no model is named ${name(speaks)}, speaks; with -m ${rest.map(name).join('; ')}.`;
}

function nameVoices({ languages, speakers }: ModelDetails): string {
  return JSON.stringify([languages, speakers.map(({ id }) => id)]);
}

function toError({ code, message }: PullFailure): TtsError {
  return new TtsError(isErrorCode(code) ? code : 'internal', message);
}
