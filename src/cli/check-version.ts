// Why a daemon does not understand what it was asked: it may be of another age than this tts.
import { TtsError } from '../api/errors.ts';

/** What `GET /v1/version` says of the interface; a daemon of another age may say it in another form. */
interface Versions {
  version?: string;
  api?: { min?: number; max?: number };
}

const NOT_UNDERSTOOD = ['route_not_found', 'invalid_request'];

/** Throws `version_mismatch` that says which to upgrade, when `refusal` comes from a daemon that speaks another version. */
export async function checkVersion(refusal: unknown, ask: () => Promise<unknown>): Promise<void> {
  if (!(refusal instanceof TtsError) || !NOT_UNDERSTOOD.includes(refusal.code)) return;
  const { version = '', api } = ((await ask().catch(() => undefined)) ?? {}) as Versions;
  if (typeof api?.min !== 'number' || typeof api.max !== 'number') return;
  const { API_VERSION } = await import('../api/version.ts');
  if (API_VERSION >= api.min && API_VERSION <= api.max) {
    // Nothing is asked here that a daemon of the same age does not know.
    if (refusal.code !== 'route_not_found') return;
    throw new TtsError(
      'version_mismatch',
      `The daemon that runs (ttsd ${version}) is older than this tts. Change over to the new one: tts daemon restart`,
      { cause: refusal },
    );
  }
  const range = api.min === api.max ? `${api.min}` : `${api.min} to ${api.max}`;
  const remedy = API_VERSION < api.min ? 'Upgrade tts.' : 'Upgrade ttsd, then: tts daemon restart';
  throw new TtsError(
    'version_mismatch',
    `This tts speaks version ${API_VERSION} of the interface, the daemon (ttsd ${version}) ${range}. ${remedy}`,
    { cause: refusal },
  );
}
