// The models that are here: loaded or not, on what, how fast, how much memory; what they speak and under which licence.
import type { OpenAiModels } from '../../api/openai.ts';
import type { QueueReply } from '../../api/v1.ts';
import { ALL_MODELS } from '../daemon/pulls.ts';
import { useQuestion } from '../daemon/use-question.ts';
import { useQueue } from '../daemon/use-queue.ts';
import { formatBytes, formatLanguage, S } from '../strings.ts';
import { PullModel } from './pull-model.tsx';

/** `isWhole`: also those that could be pulled. */
export function Models({ isWhole = false }: { isWhole?: boolean }) {
  const { data: known, error } = useQuestion<OpenAiModels>(isWhole ? ALL_MODELS : 'v1/models');
  const queue = useQueue();
  // Other names only mean the default model.
  const models = known?.data.filter(({ state }) => state !== undefined) ?? [];
  const here = models.filter(({ state }) => state === 'installed');
  const others = models.filter(({ state }) => state !== 'installed');
  return (
    <>
      {error && <p className="problem">{error.message}</p>}
      {here.length > 0 && (
        <section className="view" aria-labelledby="models-title">
          <h2 id="models-title">{S.models.here}</h2>
          <ul className="voices models">
            {here.map((model) => (
              <li key={model.id} className="card">
                <ModelFacts model={model} now={queue && findNow(queue, model.id)} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {others.length > 0 && (
        <section className="view" aria-labelledby="available-title">
          <h2 id="available-title">{S.models.available}</h2>
          <p className="hint">{S.models.availableHint}</p>
          <ul className="voices models">
            {others.map((model) => (
              <li key={model.id} className="card voice">
                <ModelFacts model={model} now={undefined} />
                <PullModel {...model} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** One that came since the queue was asked has not been loaded yet. */
function findNow({ models }: QueueReply, id: string): QueueReply['models'][number] {
  const found = models.find((model) => model.id === id);
  return found ?? { id, state: 'unloaded', chars_per_sec: null, rss_bytes: null };
}

type KnownModel = OpenAiModels['data'][number];

function ModelFacts({ model, now }: { model: KnownModel; now: QueueReply['models'][number] | undefined }) {
  const {
    name,
    about,
    device,
    device_note,
    languages = [],
    parameters = [],
    clones,
    tags = [],
    voices,
    bytes,
    licence,
    memory_bytes,
  } = model;
  const memory = now?.rss_bytes ?? (now === undefined ? memory_bytes : null);
  return (
    <>
      <h3>{name}</h3>
      {about && <p>{about}</p>}
      {device_note && <p className="warning">{device_note}</p>}
      <dl className="facts">
        <Fact name={S.models.state} value={now && S.models.states[now.state]} />
        <Fact name={S.models.device} value={device ? (S.settings.choices[device] ?? device) : undefined} />
        <Fact name={S.models.memory} value={memory == null ? undefined : formatBytes(memory)} />
        <Fact
          name={S.models.pace}
          value={now?.chars_per_sec == null ? undefined : S.models.charsPerSec(now.chars_per_sec)}
        />
        <Fact name={S.models.languages} value={languages.map(formatLanguage).join(', ')} />
        <Fact name={S.models.parameters} value={listParameters(parameters)} />
        <Fact name={S.models.clones} value={clones ? S.models.canClone : undefined} />
        <Fact name={S.models.tags} value={tags.join(' ')} />
        <Fact name={S.models.voices} value={voices?.toLocaleString()} />
        <Fact name={S.models.disk} value={bytes ? formatBytes(bytes) : undefined} />
        <Fact name={S.models.licence} value={licence} />
      </dl>
    </>
  );
}

function listParameters(names: readonly string[]): string {
  const known: Record<string, string> = { speed: S.speak.speed, seed: S.speak.seed, ...S.speak.parameters };
  return names.map((name) => known[name] ?? name).join(', ') || S.models.noParameters;
}

function Fact({ name, value }: { name: string; value: string | undefined }) {
  return (
    value && (
      <div>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    )
  );
}
