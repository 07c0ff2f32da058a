// How far the settings of a job go, apart from the schemas: the web page loads these alone.

/** Documented ranges; a number outside is clamped and the answer says so, since real clients send such. */
export const CLAMPED_RANGES = {
  temperature: { min: 0, max: 1.5 },
  exaggeration: { min: 0.25, max: 2 },
  cfg_weight: { min: 0.2, max: 1 },
  speed_factor: { min: 0.25, max: 4 },
  loudness: { min: -30, max: -12 },
} as const;
