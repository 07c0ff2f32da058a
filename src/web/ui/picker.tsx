// Choosing one of a list.
import { Select } from '@base-ui/react/select';
import { useId } from 'react';
import { FieldNote, type FieldProps } from './field.tsx';

export interface Choice {
  value: string;
  label: string;
  /** A second, quieter line. */
  note?: string | undefined;
}

export function Picker({
  label,
  value,
  choices,
  onChange,
  hint,
  problem,
}: FieldProps & {
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
}) {
  const noteId = useId();
  return (
    <Select.Root
      items={choices.map(({ value, label }) => ({ value, label }))}
      value={value}
      onValueChange={(next) => onChange(next ?? value)}
    >
      <div className="field">
        <Select.Label className="field-label">{label}</Select.Label>
        <Select.Trigger className="control picker" aria-describedby={problem || hint ? noteId : undefined}>
          <Select.Value />
          <Select.Icon aria-hidden="true">▾</Select.Icon>
        </Select.Trigger>
        <FieldNote id={noteId} hint={hint} problem={problem} />
      </div>
      <Select.Portal>
        <Select.Positioner className="popup-layer" sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className="popup">
            <Select.List className="popup-list">
              {choices.map(({ value, label, note }) => (
                <Select.Item key={value} value={value} className="popup-item">
                  <Select.ItemText>{label}</Select.ItemText>
                  {note && <span className="popup-note">{note}</span>}
                  <Select.ItemIndicator className="popup-mark">✓</Select.ItemIndicator>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
