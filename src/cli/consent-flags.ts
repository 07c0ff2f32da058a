// The flags that say of a recording what a terminal is asked for.
import type { Flag } from './verb.ts';

export const CONSENT_FLAGS: readonly Flag[] = [
  { flags: '--consent', about: 'the speaker of the clip agrees to be cloned (TTS_CONSENT=1)' },
  { flags: '--licence <licence>', about: 'of the clip, such as CC-BY-4.0' },
];

export const CLONE_FLAGS: readonly Flag[] = [
  { flags: '--clone <file>', about: 'speak with the voice of a clip; see docs/voices.md' },
  ...CONSENT_FLAGS,
];
