// Every word the page says, in one place.

const count = (n: number, one: string, many: string) => `${n.toLocaleString()} ${n === 1 ? one : many}`;

export const S = {
  appName: 'ttsd',
  views: { speak: 'Speak', history: 'History', queue: 'Queue', voices: 'Voices', settings: 'Settings' },
  close: 'Close',
  undo: 'Undo',
  askAgain: 'Ask again',
  skipToContent: 'Skip to content',
  connection: {
    lost: 'The daemon is away. Jobs are safe on its disk; this page connects again by itself.',
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
    seedHint: 'The same seed gives the same sound; 0 draws a new one for each job.',
    language: 'Language',
    preset: 'Start from a preset',
    presetHint: 'Choose a text with settings',
    parameters: {
      temperature: 'Temperature',
      exaggeration: 'Exaggeration',
      cfg_weight: 'Guidance (CFG weight)',
    },
    label: 'Label',
    labelHint: 'To find it again.',
    more: 'More options',
    chunkSize: 'Characters spoken in one go',
    dropHere: 'Drop the file to read it',
    chars: (n: number) => count(n, 'character', 'characters'),
    sentences: (n: number) => count(n, 'sentence', 'sentences'),
    speechTime: (text: string) => `about ${text} of speech`,
    unreadable: (name: string) => `${name} cannot be read as text.`,
    replaced: 'Another text is in its place.',
    formats: {
      mp3: 'Small, plays everywhere',
      wav: 'Large, nothing lost',
      opus: 'Smallest',
      flac: 'Nothing lost, half as large as WAV',
      aac: 'Small; where ffmpeg is installed',
    } as Record<string, string>,
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
    sentenceMenu: (text: string) => `Say differently: ${text}`,
    anotherTake: 'Another take',
    withVoice: (name: string) => `Said by ${name}`,
  },
  history: {
    title: 'History',
    search: 'Search in texts, labels and ids',
    looking: 'Looking for older jobs …',
    listen: (text: string) => `Listen to: ${text}`,
    onlyLabel: (label: string) => `Only jobs labelled ${label}`,
    state: 'State',
    allStates: 'All states',
    empty: 'No jobs yet. What you generate appears here and stays.',
    noMatch: 'No job matches.',
    open: 'Open',
    more: (text: string) => `More for: ${text}`,
    edit: 'Into the editor',
    remove: 'Delete',
    removed: (n: number) => `${count(n, 'job', 'jobs')} deleted.`,
    choose: (text: string) => `Choose: ${text}`,
    chooseAll: 'Choose all',
    chosen: (n: number) => `${count(n, 'job', 'jobs')} chosen`,
  },
  voices: {
    title: 'Voices',
    empty: 'No voice matches.',
    search: 'Search in names and descriptions',
    kind: 'Kind',
    allKinds: 'All kinds',
    kinds: { built_in: 'Built in', preset: 'Preset', clip: 'Clip', reference: 'Reference clip' },
    standard: 'Default',
    listen: 'Listen',
    hear: (name: string) => `Listen to ${name}`,
    more: (name: string) => `More for ${name}`,
    makePreset: 'New preset from it',
    edit: 'Rename or describe',
    removed: (n: number) => `${count(n, 'voice', 'voices')} deleted.`,
    spokenBy: (name: string) => `No model here can clone a voice yet: ${name} speaks instead.`,
    clonedBy: (model: string) => `Cloned by ${model}.`,
    noCloning:
      'No model here can clone a voice yet. The clip is kept, and until there is such a model the voice chosen below speaks instead.',
    consent: 'Whoever speaks in the clip has agreed to be cloned',
    consented: (date: string) => `The speaker’s consent was recorded on ${date}.`,
    noConsent: 'Nobody has recorded that the speaker agrees to be cloned.',
    licence: 'Licence of the clip',
    licenceHint: 'Such as CC-BY-4.0; may be left empty.',
    licensed: (licence: string) => `Licence of the clip: ${licence}.`,
    addClip: 'Add a clip',
    file: 'Sound file',
    record: 'Record',
    stopRecording: 'Stop',
    recording: 'Recording',
    noMicrophone: 'The browser gave no microphone. Allow it for this page, or choose a file.',
    insecure:
      'Recording needs a page of this machine (localhost) or one behind https. A file can be added all the same.',
    unreadable: (name: string) => `${name} is no sound that this browser can read.`,
    outline: 'Outline of the clip; what is kept stands out',
    trim: 'What is kept',
    trimStart: 'Start of what is kept, in seconds',
    trimEnd: 'End of what is kept, in seconds',
    kept: (sec: number, of: number) => `${sec.toFixed(1)} of ${of.toFixed(1)} s`,
    level: 'Level',
    tooLoud: 'Too loud: peaks are cut off. Lower the level.',
    hearClip: 'Hear the clip',
    name: 'Name',
    description: 'Description',
    standIn: 'Who speaks instead',
    save: 'Save',
    presetOf: (name: string) => `Preset of ${name}`,
    change: (name: string) => `Change ${name}`,
  },
  models: {
    state: 'State',
    states: {
      unloaded: 'Not loaded; the next job loads it',
      loading: 'Loading',
      ready: 'Loaded',
      backing_off: 'Waits after a fault',
    },
    device: 'Device',
    memory: 'Memory',
    pace: 'Pace',
    parameters: 'Parameters',
    clones: 'Cloning',
    canClone: 'speaks with the voice of a clip',
    tags: 'Sounds in the text',
    noParameters: 'none of its own',
    languages: 'Languages',
    licence: 'Licence',
    here: 'Models',
    available: 'Models to pull',
    availableHint:
      'They are fetched to the daemon’s machine, for as long as this page is open; the next pull goes on from there.',
    pull: 'Pull',
    pullOf: (name: string) => `Pull ${name}`,
    watch: 'On its way; watch',
    stop: 'Stop',
    stopOf: (name: string) => `Stop pulling ${name}`,
    stopped: 'Stopped. The next pull goes on from there.',
    notRunnable: 'This version has no engine for it.',
    bytesOf: (done: string, total: string) => `${done} of ${total}`,
    phases: {
      waiting: 'Waiting',
      preparing: 'Preparing',
      downloading: 'Fetching',
      verifying: 'Checking',
      installing: 'Installing',
    },
    voices: 'Voices',
    disk: 'On disk',
    charsPerSec: (n: number) => `${n.toLocaleString()} characters a second`,
  },
  queue: {
    title: 'Queue',
    sum: (queued: number, running: number, chars: string) =>
      `${count(running, 'job runs', 'jobs run')}, ${count(queued, 'waits', 'wait')} with ${chars}.`,
    pause: 'Pause the queue',
    resume: 'Go on',
    paused: (when: string) => `Paused since ${when}. What is being spoken is finished; nothing new begins.`,
    empty: 'Nothing waits and nothing runs.',
    classes: { interactive: 'Somebody waits for it', batch: 'In the background' },
    priority: (n: number) => `priority ${n}`,
    due: (when: string) => `not before ${when}`,
    up: (text: string) => `Move up: ${text}`,
    down: (text: string) => `Move down: ${text}`,
    cancel: (text: string) => `Cancel: ${text}`,
  },
  access: {
    title: 'API key',
    needed: 'This daemon asks for an API key.',
    make: 'Make one on its machine with: tts daemon key new NAME',
    key: 'Key',
    enter: 'Sign in',
    leave: 'Sign out',
    leaveHint: 'Takes the key’s cookie out of this browser.',
  },
  settings: {
    title: 'Settings',
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    appearance: 'Appearance',
    save: 'Save settings',
    reset: 'Back to defaults',
    resetTitle: 'Set everything back?',
    resetHint:
      'All settings but the address of the daemon go back to their defaults. A copy of the file is kept beside it.',
    restartNeeded: 'Some of what was saved counts from the next start on: tts daemon restart',
    needsRestart: 'counts from the next start on',
    overridden: 'set by the environment or a flag, which go before this',
    standard: (value: string) => `default: ${value}`,
    within: (min: number | null, max: number | null) =>
      max === null ? `at least ${min}` : min === null ? `at most ${max}` : `${min} to ${max}`,
    number: 'Enter a number.',
    integer: 'Enter a whole number.',
    above: (limit: number) => `more than ${limit}`,
    ownVoice: 'The built-in default',
    choices: {
      auto: 'Automatic',
      cpu: 'CPU',
      cuda: 'CUDA',
      webgpu: 'WebGPU',
      coreml: 'CoreML',
      dml: 'DirectML',
      wav: 'WAV',
      pcm: 'PCM',
      mp3: 'MP3',
      opus: 'Opus',
      flac: 'FLAC',
      aac: 'AAC',
    } as Record<string, string>,
    keys: {
      'server.host': {
        label: 'Address',
        help: 'Where the daemon listens. Other machines reach it only when this is one of its addresses in the network.',
      },
      'server.port': { label: 'Port', help: '0 lets the system choose one.' },
      'server.log_level': { label: 'Log level', help: 'How much is written into the log.' },
      'tts_engine.device': {
        label: 'Device',
        help: 'Where models run. One that does not work is given up for the processor, and the model says why.',
      },
      'tts_engine.default_voice_id': {
        label: 'Default voice',
        help: 'Speaks requests that name no voice.',
      },
      'tts_engine.idle_unload_sec': {
        label: 'Unload after (seconds)',
        help: 'A model that nobody used for so long gives its memory back.',
      },
      'tts_engine.max_models_loaded': {
        label: 'Models in memory',
        help: 'How many at the same time. When others are needed, they take turns.',
      },
      'tts_engine.max_memory_bytes': {
        label: 'Memory for models (bytes)',
        help: 'What models in memory at the same time may take. 0 means three quarters of what there is.',
      },
      'tts_engine.max_threads': {
        label: 'Threads of a model',
        help: 'How many each loaded model computes with. 0 means as many as there are processors, 8 at most.',
      },
      'tts_engine.chunk_deadline_sec': {
        label: 'Patience with a sentence (seconds)',
        help: 'An engine that is silent for longer is started again, and the sentence made anew.',
      },
      'models.mirror': {
        label: 'Mirror',
        help: 'An address that is asked before the public sources when a model is pulled.',
      },
      'models.stall_timeout_sec': {
        label: 'Patience with a source (seconds)',
        help: 'A server that sends nothing for so long while a model is pulled is asked again.',
      },
      'generation_defaults.temperature': {
        label: 'Temperature',
        help: 'How freely a model varies; for models that have it.',
      },
      'generation_defaults.exaggeration': {
        label: 'Exaggeration',
        help: 'How much feeling is put in; for models that have it.',
      },
      'generation_defaults.cfg_weight': {
        label: 'Guidance (CFG weight)',
        help: 'How closely a model keeps to the voice and its pace; for models that have it.',
      },
      'generation_defaults.speed_factor': { label: 'Speed', help: '1 is the natural pace, 2 twice as fast.' },
      'generation_defaults.seed': {
        label: 'Seed',
        help: 'The same seed gives the same sound. 0 draws a new one for each job.',
      },
      'generation_defaults.language': { label: 'Language', help: 'Such as en or en-GB.' },
      'generation_defaults.chunk_size': {
        label: 'Characters spoken in one go',
        help: 'Longer pieces sound more connected; shorter ones are heard sooner.',
      },
      'audio_output.format': {
        label: 'Format',
        help: 'Of requests that name none. This page always names the one chosen beside the text.',
      },
      'audio_output.loudness': {
        label: 'Loudness (LUFS)',
        help: 'From -30 to -12: every voice is made as loud as that; -16 is usual for podcasts. 0: as loud as the voice is.',
      },
      'job_queue.job_ttl_hours': {
        label: 'Keep results (hours)',
        help: 'Twice as long when nobody has fetched them.',
      },
      'job_queue.cleanup_interval_sec': {
        label: 'Clean up every (seconds)',
        help: 'How often it is looked for what may go.',
      },
      'job_queue.max_finished_jobs': {
        label: 'Ended jobs kept',
        help: 'Beyond it, those that ended first are forgotten with their results.',
      },
      'job_queue.max_result_bytes': {
        label: 'Disk for results (bytes)',
        help: 'Beyond it results are removed, the oldest first, those fetched before others.',
      },
      'job_queue.max_retries': {
        label: 'Tries again',
        help: 'How often a sentence that failed is tried once more.',
      },
      'job_queue.max_queued_jobs': {
        label: 'Jobs that may wait',
        help: 'More are refused until some have ended.',
      },
      'job_queue.max_queued_chars': {
        label: 'Characters that may wait',
        help: 'More are refused until some have been spoken.',
      },
      'job_queue.max_text_chars': { label: 'Longest text (characters)', help: 'Of one job.' },
      'job_queue.chunk_cache_bytes': {
        label: 'Disk for sentences (bytes)',
        help: 'Spoken sentences are kept, so that a text said again takes no time.',
      },
      'job_queue.drain_sec': {
        label: 'Time to stop (seconds)',
        help: 'How long the daemon, asked to stop, waits for the sentence in hand.',
      },
    } as Record<string, { label: string; help: string }>,
    sections: {
      server: 'Daemon',
      tts_engine: 'Engine',
      models: 'Where models come from',
      generation_defaults: 'How it sounds by default',
      audio_output: 'Audio',
      job_queue: 'Queue and what is kept',
    } as Record<string, string>,
    on: 'On',
    off: 'Off',
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

/** `1.05` → `1.05×`. */
export function formatSpeed(speed: number): string {
  return `${speed.toFixed(2)}×`;
}

/** `en-US` → `American English`. */
export function formatLanguage(tag: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** `250000000` → `238 MiB`, `4294967296` → `4 GiB`. */
export function formatBytes(bytes: number): string {
  const isLarge = bytes >= 2 ** 30;
  const count = bytes / 2 ** (isLarge ? 30 : 20);
  return `${count.toLocaleString(undefined, { maximumFractionDigits: isLarge ? 1 : 0 })} ${isLarge ? 'GiB' : 'MiB'}`;
}
