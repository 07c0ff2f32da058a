// Which engine runs which family of models, by the name that manifests use. Each is loaded when a model first needs it.
import { join } from 'node:path';
import type { Engine } from '../engine.ts';
import { DEVICES, type Device } from '../model/device.ts';
import { type ModelManifest, readManifest } from '../model/manifest.ts';
import { getBaseLanguage } from '../text/base-language.ts';
import type { Phonemizer } from '../text/phonemizer.ts';
import { ESPEAK_VOICES } from './kokoro/espeak-voices.ts';

/** Has the tables of the English front end, in the alphabet that Kokoro knows too. */
const EMBEDDED_MODEL_DIR = join(import.meta.dirname, '..', '..', '..', 'models', 'hibari');
const CHATTERBOX_VERSION = 1;

export interface OpenOptions {
  modelDir: string;
  device: Device;
  threads: number;
  /** Where it may keep what it need not compute again. Left out: nowhere. */
  cacheDir?: string;
}

export interface EngineEntry {
  /** Raised whenever the same input would give other samples: stored chunks of the old version are then no longer used. */
  version: number;
  /** What it can run on. */
  devices: readonly Device[];
  /** First parts of the tags of the languages that the model reads only with the program espeak-ng. */
  listEspeakLanguages(options: { modelDir: string; manifest: ModelManifest }): Promise<readonly string[]>;
  open(options: OpenOptions): Promise<Engine>;
}

const ENGINES: Readonly<Record<string, EngineEntry>> = {
  hibari: {
    version: 1,
    // So fast that carrying frames to another device and back takes longer.
    devices: ['cpu'],
    listEspeakLanguages: async () => [],
    async open({ modelDir }) {
      const { createHibari } = await import('./hibari/index.ts');
      const { openEnglishPhonemizer } = await import('../text/english/phonemize.ts');
      const phonemizer = await openEnglishPhonemizer(modelDir);
      // With two threads some sums come in another order: the samples would depend on the machine, and little time is won.
      return createHibari({ modelDir, threads: 1, phonemizer });
    },
  },
  kokoro: {
    version: 3,
    devices: DEVICES,
    listEspeakLanguages: async () => Object.keys(ESPEAK_VOICES),
    async open({ modelDir, device, threads }) {
      const { createKokoro } = await import('./kokoro/index.ts');
      return createKokoro({
        modelDir,
        manifest: await readManifest(modelDir),
        threads,
        device,
        openEnglish,
      });
    },
  },
  chatterbox: {
    version: CHATTERBOX_VERSION,
    devices: DEVICES,
    listEspeakLanguages: async () => [],
    async open({ modelDir, device, threads, cacheDir }) {
      const { createChatterbox } = await import('./chatterbox/index.ts');
      return createChatterbox({
        modelDir,
        manifest: await readManifest(modelDir),
        engineVersion: CHATTERBOX_VERSION,
        threads,
        device,
        ...(cacheDir !== undefined && { cacheDir }),
      });
    },
  },
  piper: {
    version: 2,
    devices: DEVICES,
    async listEspeakLanguages({ modelDir, manifest }) {
      const { readPiperConfig } = await import('./piper/voice-config.ts');
      const file = Object.keys(manifest.files).find((name) => name.endsWith('.onnx.json')) ?? '';
      // A voice whose file cannot be read says so when it is loaded.
      const config = await readPiperConfig(join(modelDir, file)).catch(() => undefined);
      if (config === undefined || config.phonemeType === 'text') return [];
      const language = getBaseLanguage(config.espeakVoice);
      return language === 'en' ? [] : manifest.languages.map(getBaseLanguage);
    },
    async open({ modelDir, device, threads }) {
      const { createPiper } = await import('./piper/index.ts');
      return createPiper({
        modelDir,
        manifest: await readManifest(modelDir),
        threads,
        device,
        openEnglish,
      });
    },
  },
};

export function hasEngine(name: string): boolean {
  return Object.hasOwn(ENGINES, name);
}

async function openEnglish(): Promise<Phonemizer> {
  const { openEnglishPhonemizer } = await import('../text/english/phonemize.ts');
  return openEnglishPhonemizer(EMBEDDED_MODEL_DIR);
}

/** Throws naming the folder, the engine it needs, and the remedy. */
export function findEngine(name: string, modelDir: string): EngineEntry {
  const entry = hasEngine(name) ? ENGINES[name] : undefined;
  if (entry !== undefined) return entry;
  const known = Object.keys(ENGINES).join(', ');
  throw new Error(`${modelDir} needs the engine ${name}; this version has ${known}. Upgrade it.`);
}
