import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MappedText } from '../../../../../src/engine/text/english/mapped-text.ts';
import { clean } from '../../../../../src/engine/text/english/normalise/clean.ts';
import { makeNormaliser } from '../../../../../src/engine/text/english/normalise/normalise.ts';
import type { NormaliseTables } from '../../../../../src/engine/text/english/normalise/tables.ts';

const normalise = makeNormaliser(
  JSON.parse(readFileSync('models/hibari/normalize.json', 'utf8')) as NormaliseTables,
);

function say(text: string): string {
  const mapped = new MappedText(text);
  clean(mapped);
  normalise(mapped);
  return mapped.text.trim();
}

const tables: Record<string, [written: string, said: string][]> = {
  dates: [
    ['March 3rd', 'March third'],
    ['on 2024-11-03', 'on November third, 2024'],
    ['3/4/2024', 'March fourth, 2024'],
    ['25/12/1999', 'December twenty-fifth, 1999'],
    ['12/25/99', 'December twenty-fifth, 1999'],
    ['Nov. 5', 'November fifth'],
    ['4 July 1776', 'the fourth of July 1776'],
    ['the 3rd of January', 'the third of January'],
    ['3 Jan 2020', 'the third of January 2020'],
    ['in March 2021', 'in March 2021'],
    ['13/13/2024', '13/13/2024'],
  ],
  times: [
    ['3:45 pm', 'three forty-five P.M.'],
    ['7:00 PM', 'seven P.M.'],
    ['3:05 p.m.', 'three oh five P.M. .'],
    ['It ends at 5:00 pm. Then', 'It ends at five P.M. . Then'],
    ['14:30', 'fourteen thirty'],
    ['10am–5pm', '10am to 5pm'],
    ['9:15-10:30', 'nine fifteen to ten thirty'],
    ['12:00', "twelve o'clock"],
    ['14:00', 'fourteen hundred'],
    ['10:30:15', 'ten thirty and fifteen seconds'],
    ['a ratio of 3:1', 'a ratio of 3 to 1'],
  ],
  money: [
    ['$45.50', '$45.50'],
    ['€2bn', '2 billion euros'],
    ['$1.5 million', '1.5 million dollars'],
    ['$10k', '10 thousand dollars'],
    ['¥500', '500 yen'],
    ['20¢', '20 cents'],
    ['50€', '50 euros'],
    ['US$5', '5 U.S. dollars'],
    ['30 USD', '30 dollars'],
    ['$5-10', '5 to $10'],
    ['-$5', 'minus $5'],
  ],
  measures: [
    ['5 km', '5 kilometers'],
    ['1 lb', '1 pound'],
    ['2 lbs. of apples', '2 pounds of apples'],
    ['5km', '5 kilometers'],
    ['100 mph', '100 miles per hour'],
    ['60 km/h', '60 kilometers per hour'],
    ['12 m²', '12 square meters'],
    ['20°C', '20 degrees Celsius'],
    ['72 °F', '72 degrees Fahrenheit'],
    ['5\'10"', '5 foot 10'],
    ['1/2', '1 half'],
    ['3/4', '3 quarters'],
    ['2½', '2 and 1 half'],
    ['2 1/2 cups', '2 and 1 half cups'],
    ['24/7', '24 7'],
    ['10-20', '10 to 20'],
    ['1990–1995', '1990 to 1995'],
    ['1920x1080', '1920 by 1080'],
    ['5G', '5G'],
  ],
  'abbreviations and titles': [
    ['Dr. Smith', 'Dr Smith'],
    ['Prof. Brown', 'Professor Brown'],
    ['St. John', 'Saint John'],
    ['123 Main St., now', '123 Main Street, now'],
    ['45 Sunset Dr. is', '45 Sunset Drive is'],
    ['Mt. Fuji', 'Mount Fuji'],
    ['No. 5', 'Number 5'],
    ['and then I said no.', 'and then I said no.'],
    ['The sun. Sun. was', 'The sun. Sunday was'],
    ['cats vs. dogs', 'cats versus dogs'],
    ['at Acme Inc.', 'at Acme Incorporated.'],
    ['etc. to the', 'etc to the'],
    ['w/o', 'without'],
    ['c. 1850', 'circa 1850'],
    ['made in the U.S.', 'made in the U.S. .'],
  ],
  'roman numerals': [
    ['Chapter IV', 'Chapter 4'],
    ['Scene ii', 'Scene 2'],
    ['Henry VIII', 'Henry the eighth'],
    ['King Harald V', 'King Harald the fifth'],
    ['World War II', 'World War 2'],
    ['the XIX century', 'the nineteenth century'],
    ['Elizabeth I, queen', 'Elizabeth the first, queen'],
    ['George I think', 'George I think'],
    ['MIX and CD', 'MIX and CD'],
  ],
  'telephone numbers': [
    ['555-1234', '5 5 5, 1 2 3 4'],
    ['(555) 123-4567', '5 5 5, 1 2 3, 4 5 6 7'],
    ['1-800-555-0199', '1, 8 0 0, 5 5 5, 0 1 9 9'],
    ['+44 20 7946 0958', 'plus 4 4, 2 0, 7 9 4 6, 0 9 5 8'],
  ],
  addresses: [
    ['foo@bar.com', 'foo at bar dot com'],
    ['https://www.example.com/a-b.', 'W.W.W. dot example dot com slash A. dash B. .'],
    ['example.org', 'example dot org'],
    ['file_name.py', 'file name dot P.Y.'],
    ['config.yaml', 'config dot yaml'],
    ['192.168.1.1', '192 dot 168 dot 1 dot 1'],
    ['v2.0.1', 'version 2 point 0 point 1'],
    ['#news', 'hashtag news'],
  ],
  signs: [
    ['#5', 'number 5'],
    ['C# and F#', 'C sharp and F sharp'],
    ['3 × 4 = 12', '3 times 4 equals 12'],
    ['x < y', 'x less than y'],
    ['a — b -- c - d', 'a — b — c — d'],
    ['B2B and H2O', 'B to B and H2O'],
    ["'Twas rock 'n' roll", "'twas rock and roll"],
    ['Wow!!!', 'Wow!'],
    ['a\u0000b\u200bc\u00ad', 'abc'],
    ['caf\u0065\u0301 \ufb01ne', 'café fine'],
    ['well 😀 then', 'well then'],
    ['α decay', 'alpha decay'],
  ],
};

for (const [name, rows] of Object.entries(tables))
  describe(`normalised ${name}`, () => {
    it.each(rows)('%s → %s', (written, said) => {
      expect(say(written)).toBe(said);
    });
  });
