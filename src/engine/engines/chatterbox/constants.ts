// Figures that all of Chatterbox's exports share.

export const SAMPLE_RATE_HZ = 24_000;
/** What the decoder makes of one token of speech, 40 ms. */
export const SAMPLES_PER_TOKEN = 960;
export const TOKENS_PER_SEC = SAMPLE_RATE_HZ / SAMPLES_PER_TOKEN;

/** Ids from here on are no sound. */
export const FIRST_SILENT_ID = 6561;
export const START_SPEECH = 6561;
export const STOP_SPEECH = 6562;
/** A token that sounds like nothing. */
export const SILENCE = 4299;
/** Ends the text in base and multilingual; what follows is speech. */
export const STOP_TEXT = 0;

/** 40 s. */
export const MOST_TOKENS = 1000;

export type Family = 'turbo' | 'base' | 'multilingual';
