// --timeout: how long a command line may take altogether.
import { TtsError } from '../api/errors.ts';

/** What has something of its own to say at the deadline has this long for it. */
const GRACE_MS = 1000;

/** Aborts with `timed_out` when the time is over; never without one. */
export function createDeadline(seconds: number | undefined): AbortSignal | undefined {
  if (seconds === undefined) return undefined;
  const controller = new AbortController();
  setTimeout(() => controller.abort(createTimeout(seconds)), seconds * 1000).unref();
  return controller.signal;
}

/** Rejects with `timed_out` when the work does not end in time, whatever it waits for. */
export function guard<T>(work: Promise<T>, seconds: number): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => {
      // What still runs keeps the process alive: it has to end here.
      process.once('beforeExit', () => process.exit());
      reject(createTimeout(seconds));
    },
    seconds * 1000 + GRACE_MS,
  );
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}

function createTimeout(seconds: number): TtsError {
  return new TtsError(
    'timed_out',
    `Not done after ${seconds} s. What was queued goes on; wait for it with: tts wait ID`,
  );
}
