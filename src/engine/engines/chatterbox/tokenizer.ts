// Text to the ids of a model's own tokenizer.json, template and all.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';

const FILE = 'tokenizer.json';
const SPACE = '[SPACE]';

export interface TextTokenizer {
  /** Ids with those that the template puts around them. */
  encode(text: string): number[];
  hasToken(token: string): boolean;
}

/** Throws naming the file when it is missing or no tokenizer. */
export async function openTokenizer(modelDir: string): Promise<TextTokenizer> {
  const path = join(modelDir, FILE);
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(JSON.parse(await readFile(path, 'utf8')), {});
  } catch (cause) {
    throw new Error(`${path} cannot be read as a tokenizer. Reinstall the model.`, { cause });
  }
  const hasToken = (token: string) => tokenizer.token_to_id(token) !== undefined;
  // Some exports leave it to their user to write spaces as the token that stands for them.
  const isSpaced =
    !hasToken(SPACE) ||
    tokenizer.encode('a a', { add_special_tokens: false }).ids.includes(tokenizer.token_to_id(SPACE)!);
  return {
    encode: (text) => tokenizer.encode(isSpaced ? text : text.replaceAll(' ', SPACE)).ids,
    hasToken,
  };
}
