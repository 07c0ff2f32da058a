// Every word the page says, in one place.

const count = (n: number, one: string, many: string) => `${n.toLocaleString()} ${n === 1 ? one : many}`;

export const S = {
  appName: 'ttsd',
  views: { speak: 'Speak', history: 'History', voices: 'Voices', settings: 'Settings' },
  skipToContent: 'Skip to content',
  connection: {
    lost: 'The daemon is away. Jobs are safe on its disk; this page connects again by itself.',
    connecting: 'Connecting to the daemon …',
  },
  speak: {
    text: 'Text',
    placeholder: 'Type or paste what should be spoken, or drop a file here (.txt, .md, .srt, .epub).',
    generate: 'Generate',
    generateHint: 'Ctrl+Enter',
    clear: 'Clear the text',
    openFile: 'Open a file',
    voice: 'Voice',
    preview: 'Hear this voice',
    format: 'Format',
    speed: 'Speed',
    seed: 'Seed',
    seedHint: '0 draws a new one for each job',
    label: 'Label',
    labelHint: 'to find it again',
    more: 'More options',
    chunkSize: 'Characters spoken in one go',
    dropHere: 'Drop the file to read it',
    chars: (n: number) => count(n, 'character', 'characters'),
    sentences: (n: number) => count(n, 'sentence', 'sentences'),
    speechTime: (text: string) => `about ${text} of speech`,
    unreadable: (name: string) => `${name} cannot be read as text.`,
    tooLong: (max: number) =>
      `The text is longer than ${max.toLocaleString()} characters; divide it into several jobs.`,
    empty: 'There is no text to speak yet.',
    nothingYet: 'What you generate is heard here from its first sentence on.',
  },
  job: {
    states: {
      queued: 'Waiting',
      running: 'Speaking',
      completed: 'Finished',
      failed: 'Failed',
      cancelled: 'Cancelled',
    },
    progress: 'Progress',
    chunkOf: (n: number, total: number) => `part ${n} of ${total}`,
    position: (n: number) => `number ${n} in the queue`,
    left: (text: string) => `${text} left`,
    took: (text: string) => `made in ${text}`,
    play: 'Play',
    pause: 'Pause',
    download: 'Download',
    waveform: 'Waveform; click to go there',
    transcript: 'What is spoken; choose a sentence to hear it',
    expired: 'The sound was removed by retention; generate it again.',
    retry: 'Try again',
    cancel: 'Cancel',
    lasts: (text: string) => `${text} of sound`,
    downloadAs: (format: string) => `Download as ${format}`,
    captionsAs: (format: string) => `Captions as ${format}`,
  },
  history: {
    title: 'History',
    search: 'Search in texts and labels',
    state: 'State',
    allStates: 'All states',
    empty: 'No jobs yet. What you generate appears here and stays.',
    noMatch: 'No job matches.',
    open: 'Open',
    more: (text: string) => `More for: ${text}`,
    edit: 'Into the editor',
    remove: 'Delete',
    removed: (n: number) => `${count(n, 'job', 'jobs')} deleted.`,
    undo: 'Undo',
    choose: (text: string) => `Choose: ${text}`,
    chooseAll: 'Choose all',
    chosen: (n: number) => `${count(n, 'job', 'jobs')} chosen`,
  },
  voices: { title: 'Voices', empty: 'No voices.', models: 'Models' },
  settings: {
    title: 'Settings',
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    queue: 'Queue',
  },
  error: 'Something went wrong',
  dismiss: 'Dismiss',
} as const;

/** `75` → `1 min 15 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `75` → `1:15`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const tail = String(whole % 60).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${tail}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${tail}`;
}
