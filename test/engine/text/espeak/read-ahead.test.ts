// The real espeak-ng, behind a script that writes down what it is asked.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEspeakPhonemizer } from '../../../../src/engine/text/espeak/espeak-phonemizer.ts';
import { findEspeak } from '../../../../src/engine/text/espeak/find-espeak.ts';
import { waitFor } from '../../../helpers/wait-for.ts';

const espeak = findEspeak();

test.skipIf(!espeak)(
  'a text that is read ahead is asked for before anybody waits, and once (needs espeak-ng)',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'ttsd-espeak-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    const [program, log] = [join(dir, 'espeak-ng'), join(dir, 'asked')];
    await writeFile(program, `#!/bin/sh\ntee -a '${log}' | '${espeak}' "$@"\n`);
    await chmod(program, 0o755);
    const phonemizer = openEspeakPhonemizer({ program, voice: 'en-us' });
    onTestFinished(() => phonemizer.close());
    const countAsked = async (text: string) =>
      (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line === text).length;

    phonemizer.readAhead!('good morning');
    await waitFor('it to be asked', async () => (await countAsked('good morning')) === 1);
    phonemizer.readAhead!('good morning');
    const ahead = await phonemizer.phonemize('good morning');
    expect(ahead).toMatchObject({ phonemes: 'ɡˈʊd mˈɔːɹnɪŋ', warnings: [] });
    expect(await countAsked('good morning')).toBe(1);

    phonemizer.readAhead!('never asked for');
    expect((await phonemizer.phonemize('see you')).phonemes).toBe('sˈiː juː');
    // Only what is asked for next is kept: the same text once more is read anew.
    expect(await phonemizer.phonemize('good morning')).toEqual(ahead);
    expect(await countAsked('good morning')).toBe(2);
  },
);
