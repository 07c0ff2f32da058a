// What somebody typed for a setting: understood, or told what is wrong with it.
import type { SettingView } from '../../api/v1.ts';
import { S } from '../strings.ts';

/** Undefined when it is right. */
export function checkSetting(
  { kind, minimum, maximum, above }: SettingView,
  text: string,
): string | undefined {
  if (kind !== 'number' && kind !== 'integer') return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return S.settings.number;
  if (kind === 'integer' && !Number.isInteger(value)) return S.settings.integer;
  if ((minimum !== null && value < minimum) || (maximum !== null && value > maximum))
    return S.settings.within(minimum, maximum);
  if (above !== null && value <= above) return S.settings.above(above);
  return undefined;
}

export function parseSetting({ kind }: SettingView, text: string): string | number | boolean {
  if (kind === 'number' || kind === 'integer') return Number(text);
  return kind === 'switch' ? text === 'true' : text;
}
