// Ctrl-C and SIGTERM as an AbortSignal, for verbs that have something to say before they go.

/** Why a wait was given up; the exit code is what a shell shows for the signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(exitCode: 130 | 143) {
    super(exitCode === 130 ? 'interrupted' : 'terminated');
    this.exitCode = exitCode;
  }
}

/** Catches the next Ctrl-C or SIGTERM; after `stop` they end the process again as usual. */
export function catchInterrupt(): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted(130));
  const terminate = () => controller.abort(new Interrupted(143));
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', terminate);
  const stop = () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', terminate);
  };
  return { signal: controller.signal, stop };
}
