/** What is asked for all voices, and asked again when one of them has changed. */
export const VOICES = 'v1/voices';
