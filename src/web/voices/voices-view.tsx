// The voices that can be chosen.
import type { VoicesReply } from '../../api/voices.ts';
import { useQuestion } from '../daemon/use-question.ts';
import { S } from '../strings.ts';

export default function VoicesView() {
  const { data, error } = useQuestion<VoicesReply>('v1/voices');
  return (
    <section className="view">
      <h1>{S.voices.title}</h1>
      {error && <p className="problem">{error.message}</p>}
      <ul className="voices">
        {data?.voices.map(({ id, name, description, language, model }) => (
          <li key={id} className="card">
            <h2>{name}</h2>
            <p>{description}</p>
            <p className="job-facts">
              {language} · {model} · {id}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
