// One line of text with its label, and what is wrong with it.
import { type RefObject, useId } from 'react';
import { Field, type FieldProps } from './field.tsx';

export function TextField({
  ref,
  value,
  onChange,
  type = 'text',
  isNumber = false,
  maxLength,
  placeholder,
  choices,
  autoComplete = 'off',
  ...field
}: FieldProps & {
  ref?: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'search' | 'password';
  /** A phone then shows digits. */
  isNumber?: boolean;
  maxLength?: number;
  placeholder?: string;
  /** Offered while one types; anything else may be typed. */
  choices?: readonly string[];
  autoComplete?: string;
}) {
  const listId = useId();
  return (
    <>
      <Field {...field}>
        {(control) => (
          <input
            {...control}
            ref={ref}
            type={type}
            dir="auto"
            inputMode={isNumber ? 'decimal' : undefined}
            maxLength={maxLength}
            placeholder={placeholder}
            list={choices ? listId : undefined}
            autoComplete={autoComplete}
            value={value}
            onChange={({ target }) => onChange(target.value)}
          />
        )}
      </Field>
      {choices && (
        <datalist id={listId}>
          {choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </>
  );
}
