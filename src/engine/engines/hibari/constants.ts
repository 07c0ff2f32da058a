// The fixed sizes of the hibari model's waveform.

export const SAMPLE_RATE_HZ = 24_000;
/** Samples of one analysis window, and of the step between two frames (12.5 ms). */
export const WINDOW_SAMPLES = 1200;
export const HOP_SAMPLES = 300;
/** Frequency bins of a frame, 0 Hz to half the sample rate. */
export const BINS = WINDOW_SAMPLES / 2 + 1;
/** The model counts a phoneme's duration in steps of two frames, 25 ms. */
export const FRAMES_PER_STEP = 2;
export const DURATION_STEP_SAMPLES = FRAMES_PER_STEP * HOP_SAMPLES;
