// tts models pull: downloads models, with a bar. The daemon does it, as long as this command stays.
import { isErrorCode, TtsError } from '../../../api/errors.ts';
import { PULL_DONE_EVENT, PULL_ERROR_EVENT } from '../../../api/events.ts';
import type { Model, ModelDetails, PullFailure, PullProgress } from '../../../api/models.ts';
import type { Client } from '../../client.ts';
import { describeVoices } from '../../describe-model.ts';
import { forEachId } from '../../each-job.ts';
import { catchInterrupt, Interrupted } from '../../interrupt.ts';
import type { Options } from '../../options.ts';
import { note } from '../../output.ts';
import { formatBytes } from '../../render.ts';
import { withSession } from '../../session.ts';
import { show } from '../../show.ts';
import { createPullBar } from '../../ui/pull-bar.ts';

/** Less may be chance. */
const CLEARLY = 1.15;

export async function run(ids: readonly string[], options: Options): Promise<number> {
  const { signal, stop } = catchInterrupt();
  try {
    return await withSession(options, ({ client }) =>
      forEachId(ids, options.json, async (id) => {
        if (signal.aborted) return (signal.reason as Interrupted).exitCode;
        const model = await pull(client, id, options, signal).catch((error: unknown) => {
          if (error instanceof Interrupted) return error;
          throw error;
        });
        if (model instanceof Interrupted) {
          note('What has come is kept: the next pull goes on from there.');
          return model.exitCode;
        }
        const sentence =
          model.voices === 0 ? 'tts say "Hello." --clone CLIP.wav' : `tts say "Hello." -m ${model.id}`;
        const faster = options.json ? undefined : await findFaster(client, model);
        show(options, model, () => [
          `${model.id} is here: ${describeVoices(model)}, ${formatBytes(model.bytes)}${describePace(model)}. Try: ${sentence}`,
          ...(faster === undefined ? [] : [faster]),
        ]);
        return 0;
      }),
    );
  } finally {
    stop();
  }
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

/** The same voices in other numbers (8, 16 or 32 bits), where those are here too and were measured to be clearly faster. */
async function findFaster(client: Client, model: ModelDetails): Promise<string | undefined> {
  const mine = model.times_real_time_here ?? null;
  if (mine === null) return undefined;
  const { data } = await client.get<{ data: Partial<Model>[] }>('/v1/models');
  const others = data.filter(
    (other) =>
      other.id !== model.id && other.engine === model.engine && isSame(other.languages, model.languages),
  );
  const faster = others.find(
    ({ voices, times_real_time_here: times }) =>
      voices === model.voices && times !== null && times !== undefined && times > CLEARLY * mine,
  );
  return (
    faster &&
    `${faster.id}, with the same voices, is faster here: ${faster.times_real_time_here} s of speech in a second.`
  );
}

function isSame(some: readonly string[] | undefined, others: readonly string[]): boolean {
  return some?.join() === others.join();
}

function toError({ code, message }: PullFailure): TtsError {
  return new TtsError(isErrorCode(code) ? code : 'internal', message);
}
