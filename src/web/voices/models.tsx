// The models that are here: loaded or not, on what, how fast, how much memory.
import type { OpenAiModels } from '../../api/openai.ts';
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
        {models.map(({ id, name, device, languages = [], parameters = [] }) => {
          const now = queue?.models.find((model) => model.id === id);
          return (
            <li key={id} className="card">
              <h3>{name}</h3>
              <dl className="facts">
                <Fact name={S.models.state} value={now && S.models.states[now.state]} />
                <Fact name={S.models.device} value={device?.toUpperCase()} />
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
              </dl>
            </li>
          );
        })}
      </ul>
    </section>
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
