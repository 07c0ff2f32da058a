// E-mail and web addresses, file names, IP addresses and versions, hashtags: read the way one would dictate them.
import type { MappedText } from '../mapped-text.ts';

const email = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}/g;
const webAddress = /(?<![\w.])(?:https?:\/\/|ftp:\/\/|www\.)[^\s<>"()]{1,2000}/gi;
const domain =
  /(?<![\w.@/-])(?:[a-zA-Z0-9-]{2,63}\.){1,5}(?:com|org|net|edu|gov|io|co|uk|de|fr|eu|ai|dev|app|info)(?:\/[^\s<>"()]{0,2000})?(?![\w@-])/g;
const hereOrAbove = /(?<!\S)\.{1,2}\/(?=\w)/g;
const fileName =
  /(?<![\w.@-])([\w-]{1,64})\.(txt|py|js|ts|tsx|jsx|md|json|yaml|yml|toml|csv|pdf|html?|css|xml|exe|zip|gz|tar|png|jpe?g|gif|svg|wav|mp3|mp4|docx?|xlsx?|pptx?|cpp|rs|sh|sql|log|ini|cfg|conf|bin|onnx|db|iso|dll)(?![\w-]|\.\w)/g;
const dottedNumbers = /(?<![\w.])(v(?:er(?:sion)?)?\.? ?)?(\d{1,9}(?:\.\d{1,9}){2,8})(?![\w]|\.\d)/gi;
const version = /(?<![\w.])v(\d{1,4}\.\d{1,4})(?![\w]|\.\d)/g;
const hashtag = /(?<![\w&])#(?=\p{L})/gu;

const markNames = new Map([
  ['.', 'dot'],
  ['/', 'slash'],
  ['-', 'dash'],
  ['_', 'underscore'],
  ['@', 'at'],
  ['+', 'plus'],
  ['?', 'question mark'],
  ['=', 'equals'],
  ['&', 'and'],
  ['#', 'hash'],
  [':', 'colon'],
  ['~', 'tilde'],
  ['%', 'percent'],
]);
const spokenAsWord = new Set('json yaml toml zip tar gif doc log bin conf ini jpeg'.split(' '));
const spelled = new Set('io uk us de fr eu ai tv ts js md rs sh db sql csv pdf txt py'.split(' '));

export function normaliseAddresses(text: MappedText): void {
  if (/[@/.]/.test(text.text)) {
    text.replace(email, ([address]) => dictate(address!));
    text.replace(webAddress, ([address]) => dictate(address!.replace(/^(?:https?|ftp):\/\//i, '')));
    text.replace(domain, ([address]) => dictate(address!));
    text.replace(hereOrAbove, () => '');
    text.replace(fileName, ([, name, extension]) => {
      const ending = spokenAsWord.has(extension!) ? extension : spell(extension!);
      return `${name!.replace(/[-_]+/g, ' ')} dot ${ending}`;
    });
    text.replace(dottedNumbers, ([, prefix, numbers]) => {
      const parts = numbers!.split('.');
      const isAddress = prefix === undefined && parts.length === 4;
      return `${prefix === undefined ? '' : 'version '}${parts.join(isAddress ? ' dot ' : ' point ')}`;
    });
    text.replace(version, ([, number]) => `version ${number}`);
  }
  text.replace(hashtag, () => 'hashtag ');
}

function dictate(address: string): string {
  const trailing = /[.,;:!?')\]]*$/.exec(address)![0];
  const body = address.slice(0, address.length - trailing.length).replace(/\/$/, '');
  const words = (body.match(/\p{L}+|\d+|[^\p{L}\d]/gu) ?? []).map((part) => {
    if (!/^[\p{L}\d]/u.test(part)) return markNames.get(part) ?? ' ';
    const lower = part.toLowerCase();
    return part.length === 1 || spelled.has(lower) || (part.length <= 4 && !/[aeiouy\d]/.test(lower))
      ? spell(part)
      : part;
  });
  const gap = words.at(-1)?.endsWith('.') && trailing !== '' ? ' ' : '';
  return words.join(' ') + gap + trailing;
}

function spell(letters: string): string {
  if (/\d/.test(letters)) return letters.toUpperCase();
  return [...letters.toUpperCase()].map((letter) => `${letter}.`).join('');
}
