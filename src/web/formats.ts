// The audio formats a person may choose, the most useful first. `pcm` is for programs.
import type { AudioFormat } from '../api/job.ts';

export const AUDIO_FORMATS: readonly AudioFormat[] = ['mp3', 'wav', 'opus', 'flac', 'aac'];
