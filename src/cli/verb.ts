// What the command table says about one verb.
import type { Options, Run } from './options.ts';

export interface Flag {
  /** As in the help: `-o, --output <file>`. */
  flags: string;
  about: string;
  parse?: (word: string) => number;
}

export interface Verb {
  /** Two words for a verb below another. */
  name: string;
  /** As in the help: `[text...]`, `<id...>`, or nothing. */
  args: string;
  about: string;
  flags: readonly Flag[];
  examples: readonly [string, string][];
  load: () => Promise<{ run: Run }>;
}

/** A command line, understood. */
export interface Call {
  verb: Verb;
  args: string[];
  options: Options;
}
