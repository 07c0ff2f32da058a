// Asks for an API key, where the daemon wants one.
import { type FormEvent, useRef, useState } from 'react';
import { DaemonError, signIn, useIsKeyNeeded } from '../daemon/client.ts';
import { S } from '../strings.ts';
import { TextField } from '../ui/text-field.tsx';
import { Window } from '../ui/window.tsx';

export function KeyWindow() {
  const isNeeded = useIsKeyNeeded();
  const [isClosed, setClosed] = useState(false);
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLInputElement>(null);

  async function enter(event: FormEvent) {
    event.preventDefault();
    try {
      await signIn(key);
      // Everything that was refused is asked for anew.
      location.reload();
    } catch (error) {
      setProblem(error instanceof DaemonError ? error.message : S.connection.lost);
    }
  }

  return (
    <Window
      title={S.access.title}
      isOpen={isNeeded && !isClosed}
      onClose={() => setClosed(true)}
      initialFocus={input}
    >
      <form className="view" onSubmit={enter}>
        <p>{S.access.needed}</p>
        <TextField
          ref={input}
          label={S.access.key}
          type="password"
          autoComplete="current-password"
          value={key}
          hint={S.access.make}
          problem={problem}
          onChange={setKey}
        />
        <div className="actions">
          <button type="submit" className="button primary" disabled={key.trim() === ''}>
            {S.access.enter}
          </button>
        </div>
      </form>
    </Window>
  );
}
