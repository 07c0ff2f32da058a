// The models that are here: loaded or not, on what, how fast, how much memory; what they speak and under which licence.
import type { OpenAiModels } from '../../api/openai.ts';
import type { QueueReply } from '../../api/v1.ts';
import { useQuestion } from '../daemon/use-question.ts';
import { useQueue } from '../daemon/use-queue.ts';
import { formatBytes, formatLanguage, S } from '../strings.ts';

export function Models() {
  const { data: known } = useQuestion<OpenAiModels>('v1/models');
  const queue = useQueue();
  const models = known?.data.filter(({ parameters }) => parameters !== undefined) ?? [];
  if (models.length === 0) return null;
  return (
    <section className="view" aria-labelledby="models-title">
      <h2 id="models-title">{S.voices.models}</h2>
      <ul className="voices models">
        {models.map((model) => (
          <li key={model.id} className="card">
            <ModelFacts model={model} now={queue?.models.find(({ id }) => id === model.id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

type KnownModel = OpenAiModels['data'][number];

function ModelFacts({ model, now }: { model: KnownModel; now: QueueReply['models'][number] | undefined }) {
  const { name, about, device, device_note, languages = [], parameters = [], voices, bytes, licence } = model;
  return (
    <>
      <h3>{name}</h3>
      {about && <p>{about}</p>}
      {device_note && <p className="warning">{device_note}</p>}
      <dl className="facts">
        <Fact name={S.models.state} value={now && S.models.states[now.state]} />
        <Fact name={S.models.device} value={device ? (S.settings.choices[device] ?? device) : undefined} />
        <Fact
          name={S.models.memory}
          value={now?.rss_bytes == null ? undefined : formatBytes(now.rss_bytes)}
        />
        <Fact
          name={S.models.pace}
          value={now?.chars_per_sec == null ? undefined : S.models.charsPerSec(now.chars_per_sec)}
        />
        <Fact name={S.models.languages} value={languages.map(formatLanguage).join(', ')} />
        <Fact name={S.models.parameters} value={listParameters(parameters)} />
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
