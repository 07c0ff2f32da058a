// What the tokeniser cuts off at both ends of a written word, and where it cuts inside one.

const marks = String.raw`…,:;!?¿¡()\[\]{}<>_#*&`;
const quotes = String.raw`'"”“\x60‘´’‚„»«`;
const currencies = '$£€¥฿₽₴₩₦₹₺₱₿';
const units =
  'km²|km³|km|m²|m³|dm|cm|mm|nm|ha|ft|kg|mg|µg|lb|oz|m/s|km/h|kmh|mph|hPa|Pa|mbar|mb|MB|kb|KB|gb|GB|tb|TB|g|m|t|T|G|M|K|%';

const prefix = new RegExp(
  String.raw`(?:\.\.+|--+|[§%=—–]|\+(?!\d)|[${marks}]|[${quotes}]|(?:US|C|A)?[${currencies}]|\p{So}|\p{Co})`,
  'uy',
);
const suffix = new RegExp(
  String.raw`(?:\.\.+|--+|[—–]|[${marks}]|[${quotes}]|['’][sS]|(?<=\d)\+|(?<=\d)[${currencies}]|(?<=\d)(?:${units})|(?<=[\d\p{Ll}%²+\-${marks}${quotes}])\.|(?<=\p{Lu}\p{Lu})\.|\p{So}|\p{Co})$`,
  'u',
);
const infix = new RegExp(
  String.raw`\.\.+|…|[\p{So}\p{Co}]|(?<=\d)[+*^\-](?=[\d-])|(?<=[\p{Ll}${quotes}])\.(?=[\p{Lu}${quotes}])|(?<=\p{L}),(?=\p{L})|(?<=[\p{L}\d])(?:--+|[-–—~])(?=\p{L})|(?<=[\p{L}\d])[:<>=/](?=\p{L})`,
  'gu',
);
/** No suffix with what it looks back at is longer. */
const longestSuffix = 12;

/** Length of the mark that `text` begins with at `start`, 0 if none. */
export function measurePrefix(text: string, start: number, end: number): number {
  prefix.lastIndex = start;
  const length = prefix.exec(text)?.[0].length ?? 0;
  return start + length <= end ? length : end - start;
}

/** Length of the mark that ends at `end`, 0 if none. */
export function measureSuffix(text: string, start: number, end: number): number {
  return suffix.exec(text.slice(Math.max(start, end - longestSuffix), end))?.[0].length ?? 0;
}

/** Where `text` falls apart inside: the marks to cut out. */
export function findInfixes(text: string): { start: number; end: number }[] {
  return [...text.matchAll(infix)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}
