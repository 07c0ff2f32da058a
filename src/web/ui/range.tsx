// A number between two ends.
import { Slider } from '@base-ui/react/slider';

export function Range({
  label,
  value,
  min,
  max,
  step,
  format,
  onChange,
}: {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  format: (value: number) => string;
  onChange: (value: number) => void;
}) {
  return (
    <Slider.Root
      className="field"
      value={value}
      min={min}
      max={max}
      step={step}
      onValueChange={(next) => onChange(next)}
    >
      <div className="field-row">
        <Slider.Label className="field-label">{label}</Slider.Label>
        <Slider.Value className="field-value">{() => format(value)}</Slider.Value>
      </div>
      <Slider.Control className="slider">
        <Slider.Track className="slider-track">
          <Slider.Indicator className="slider-done" />
          <Slider.Thumb className="slider-thumb" />
        </Slider.Track>
      </Slider.Control>
    </Slider.Root>
  );
}
