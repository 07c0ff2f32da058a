// The voices that can be chosen, and those that people make themselves.
import { useState } from 'react';
import type { Voice, VoicesReply } from '../../api/voices.ts';
import { remove } from '../daemon/client.ts';
import { askAgain, useQuestion } from '../daemon/use-question.ts';
import { formatLanguage, S } from '../strings.ts';
import { Picker } from '../ui/picker.tsx';
import { TextField } from '../ui/text-field.tsx';
import { useRemoval } from '../ui/use-removal.ts';
import { ClipWindow } from './clip-window.tsx';
import { Models } from './models.tsx';
import { VoiceCard } from './voice-card.tsx';
import { VoiceWindow } from './voice-window.tsx';
import { VOICES } from './voices-question.ts';

const ALL = 'all';
type Open = { window: 'clip' } | { window: 'change' | 'derive'; voice: Voice };

export default function VoicesView() {
  const { data, error } = useQuestion<VoicesReply>(VOICES);
  const [search, setSearch] = useState('');
  const [kind, setKind] = useState<string>(ALL);
  const [open, setOpen] = useState<Open | null>(null);
  const { removed, removeAll } = useRemoval({
    act: async (id) => {
      await remove(`${VOICES}/${id}`);
      askAgain(VOICES);
    },
    describe: S.voices.removed,
  });
  const all = data?.voices ?? [];
  const wanted = search.trim().toLowerCase();
  const shown = all.filter(
    (voice) =>
      !removed.has(voice.id) &&
      (kind === ALL || voice.kind === kind) &&
      describe(voice).toLowerCase().includes(wanted),
  );
  const close = () => setOpen(null);
  return (
    <section className="view">
      <div className="view-head">
        <h1>{S.voices.title}</h1>
        <button type="button" className="button primary" onClick={() => setOpen({ window: 'clip' })}>
          {S.voices.addClip}
        </button>
      </div>
      {error && <p className="problem">{error.message}</p>}
      <div className="filters">
        <TextField label={S.voices.search} type="search" value={search} onChange={setSearch} />
        <Picker
          label={S.voices.kind}
          value={kind}
          choices={[
            { value: ALL, label: S.voices.allKinds },
            ...Object.entries(S.voices.kinds).map(([value, label]) => ({ value, label })),
          ]}
          onChange={setKind}
        />
      </div>
      {data && shown.length === 0 && <p className="hint empty">{S.voices.empty}</p>}
      <ul className="voices">
        {shown.map((voice) => (
          <li key={voice.id}>
            <VoiceCard
              voice={voice}
              speaker={all.find(({ id }) => id === voice.based_on)?.name ?? voice.based_on}
              isStandard={voice.id === data?.default}
              onChange={() => setOpen({ window: 'change', voice })}
              onDerive={() => setOpen({ window: 'derive', voice })}
              onRemove={() => removeAll([voice.id])}
            />
          </li>
        ))}
      </ul>
      <Models isWhole />
      {open?.window === 'clip' && <ClipWindow voices={all} standard={data?.default ?? ''} onClose={close} />}
      {open && open.window !== 'clip' && (
        <VoiceWindow voice={open.voice} isNew={open.window === 'derive'} onClose={close} />
      )}
    </section>
  );
}

/** What is searched. */
function describe({ name, id, description, language, gender, aliases }: Voice): string {
  return [name, id, description, formatLanguage(language), gender, ...aliases].join('\n');
}
