import { describe, expect, it } from 'vitest';
import { MappedText } from '../../../../src/engine/text/english/mapped-text.ts';

/** The part of `original` behind each occurrence of `word` in the rewritten text. */
function trace(original: string, mapped: MappedText, word: string): string {
  const start = mapped.text.indexOf(word);
  const source = mapped.findSource(start, start + word.length);
  return original.slice(source.start, source.end);
}

describe('a text that was rewritten', () => {
  it('keeps the place of what was not touched', () => {
    const original = 'Dr. Ada paid 5 km';
    const mapped = new MappedText(original);
    mapped.replace(/Dr\./g, () => 'Doctor');
    mapped.replace(/(\d) km/g, ([, digit]) => `${digit} kilometers`);
    expect(mapped.text).toBe('Doctor Ada paid 5 kilometers');
    expect(trace(original, mapped, 'Doctor')).toBe('Dr.');
    expect(trace(original, mapped, 'Ada')).toBe('Ada');
    expect(trace(original, mapped, 'paid')).toBe('paid');
    expect(trace(original, mapped, '5')).toBe('5');
    expect(trace(original, mapped, 'kilometers')).toBe('km');
  });

  it('finds the place through several rewrites and removals', () => {
    const original = 'x\u0000y ½ z';
    const mapped = new MappedText(original);
    mapped.replace(/\0/g, () => '');
    mapped.replace(/½/g, () => '1/2');
    mapped.replace(/1\/2/g, () => 'one half');
    expect(mapped.text).toBe('xy one half z');
    expect(trace(original, mapped, 'xy')).toBe('x\u0000y');
    expect(trace(original, mapped, 'one')).toBe('½');
    expect(trace(original, mapped, 'half')).toBe('½');
    expect(trace(original, mapped, 'z')).toBe('z');
  });

  it('gives what was inserted between kept characters to a neighbour', () => {
    const mapped = new MappedText('ab');
    mapped.replace(/ab/g, () => 'axxb');
    expect(mapped.text).toBe('axxb');
    expect(trace('ab', mapped, 'xx')).toBe('a');
    expect(trace('ab', mapped, 'b')).toBe('b');
  });
});
