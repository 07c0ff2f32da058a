// Settings of Chatterbox-TTS-Server that its page and clients send and that mean nothing here: taken, named, not used.

/** `true`: every key of the section. */
const FOREIGN: Record<string, readonly string[] | true> = {
  server: [
    'use_ngrok',
    'use_auth',
    'auth_username',
    'auth_password',
    'log_file_path',
    'log_file_max_size_mb',
    'log_file_backup_count',
    'ssl_certfile',
    'ssl_keyfile',
    'lazy_load_model',
    'model_idle_timeout_minutes',
    'enable_performance_monitor',
  ],
  tts_engine: ['predefined_voices_path', 'reference_audio_path'],
  audio_output: ['sample_rate', 'max_reference_duration_sec', 'save_to_disk'],
  paths: true,
  debug: true,
};

export const FOREIGN_SECTIONS = Object.keys(FOREIGN);

export function isForeign(section: string, key: string): boolean {
  const keys = Object.hasOwn(FOREIGN, section) ? FOREIGN[section] : undefined;
  return keys === true || (keys?.includes(key) ?? false);
}
