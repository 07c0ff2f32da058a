// What has to be said of a recording before it becomes a voice: that its speaker agrees, and its licence. Asked at a terminal; in
// scripts flags or the environment say it.
import { createInterface } from 'node:readline/promises';
import { TtsError } from '../api/errors.ts';
import type { Options } from './options.ts';

export interface Consent {
  consent: true;
  licence?: string;
}

/** `name`: the recording's file. Throws `usage` when nobody says that the speaker agrees. */
export async function askConsent(
  name: string,
  { consent, licence, json, quiet }: Pick<Options, 'consent' | 'licence' | 'json' | 'quiet'>,
): Promise<Consent> {
  if (consent || process.env.TTS_CONSENT === '1')
    return { consent: true, ...(licence !== undefined && { licence }) };
  if (!process.stdin.isTTY || !process.stderr.isTTY || json || quiet)
    throw new TtsError(
      'usage',
      `Nobody can be asked here whether the speaker of ${name} agrees to be cloned. Say so with --consent (or TTS_CONSENT=1), and under which licence the recording is with --licence.`,
    );
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Has the speaker of ${name} agreed to be cloned? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim()))
      throw new TtsError('usage', `${name} is not taken: its speaker has to agree first.`);
    const asked =
      licence ??
      (await terminal.question(`Licence of the recording, such as CC-BY-4.0 (Enter: not stated): `));
    return { consent: true, ...(asked.trim() !== '' && { licence: asked.trim() }) };
  } finally {
    terminal.close();
  }
}
