// A box to tick. The browser's own: a list mounts thousands of them as it is scrolled.
export function Checkbox({
  label,
  isChecked,
  isMixed = false,
  onChange,
}: {
  label: string;
  isChecked: boolean;
  /** Of what it stands for, some are ticked and some not. */
  isMixed?: boolean;
  onChange: (isChecked: boolean) => void;
}) {
  return (
    <input
      ref={(box) => {
        if (box) box.indeterminate = isMixed;
      }}
      type="checkbox"
      className="checkbox"
      aria-label={label}
      checked={isChecked}
      onChange={({ target }) => onChange(target.checked)}
    />
  );
}
