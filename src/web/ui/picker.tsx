// Choosing one of a list.
import { Select } from '@base-ui/react/select';

export interface Choice {
  value: string;
  label: string;
  /** A second, quieter line. */
  note?: string;
}

export function Picker({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
}) {
  return (
    <Select.Root
      items={choices.map(({ value, label }) => ({ value, label }))}
      value={value}
      onValueChange={(next) => onChange(next ?? value)}
    >
      <div className="field">
        <Select.Label className="field-label">{label}</Select.Label>
        <Select.Trigger className="control picker">
          <Select.Value />
          <Select.Icon aria-hidden="true">▾</Select.Icon>
        </Select.Trigger>
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
