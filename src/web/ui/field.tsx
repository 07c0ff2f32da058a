// A row of a form: the label, what is filled in, and a word about it.
import { type ReactNode, useId } from 'react';

export interface FieldProps {
  label: string;
  hint?: string | undefined;
  /** What is wrong with what was filled in; in place of the hint. */
  problem?: string | undefined;
}

/** What the control of a field must carry. */
export interface ControlProps {
  id: string;
  className: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

export function Field({
  label,
  hint,
  problem,
  children,
}: FieldProps & { children: (control: ControlProps) => ReactNode }) {
  const id = useId();
  const note = problem || hint;
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: 'control',
        'aria-invalid': Boolean(problem) || undefined,
        'aria-describedby': note ? `${id}-note` : undefined,
      })}
      <FieldNote id={`${id}-note`} hint={hint} problem={problem} />
    </div>
  );
}

/** Below a control that brings its own label. */
export function FieldNote({ id, hint, problem }: Omit<FieldProps, 'label'> & { id: string }) {
  const note = problem || hint;
  return (
    note && (
      <p id={id} className={problem ? 'problem' : 'hint'}>
        {note}
      </p>
    )
  );
}
