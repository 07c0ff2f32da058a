// One line of text with its label, and what is wrong with it.
import { useId } from 'react';

export function TextField({
  label,
  value,
  onChange,
  type = 'text',
  maxLength,
  hint,
  problem,
  autoComplete = 'off',
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'search' | 'password';
  maxLength?: number;
  hint?: string | undefined;
  problem?: string | undefined;
  autoComplete?: string;
}) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="control"
        type={type}
        dir="auto"
        maxLength={maxLength}
        autoComplete={autoComplete}
        value={value}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={(problem ?? hint) ? `${id}-note` : undefined}
        onChange={({ target }) => onChange(target.value)}
      />
      {(problem ?? hint) && (
        <p id={`${id}-note`} className={problem ? 'problem' : 'hint'}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}
