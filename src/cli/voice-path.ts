// Where a voice is found on the daemon.

/** The path of a voice or of something below it. */
export function pathOfVoice(name: string, below = ''): string {
  return `/v1/voices/${encodeURIComponent(name)}${below}`;
}
