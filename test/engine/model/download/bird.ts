// A model that is only its files.
import { hash } from 'node:crypto';
import { type ModelManifest, parseManifest } from '../../../../src/engine/model/manifest.ts';

interface BirdFile {
  content: Buffer;
  urls: readonly string[];
  /** null: none was established. Left out: the right one. */
  sha256?: string | null | undefined;
}

export function describeBird(files: Record<string, BirdFile>): ModelManifest {
  return parseManifest({
    id: 'bird',
    name: 'Bird',
    revision: '1',
    engine: 'hibari',
    licence: 'MIT',
    languages: ['en'],
    sampleRateHz: 24_000,
    parameters: {},
    speakers: [],
    files: Object.fromEntries(
      Object.entries(files).map(([path, { content, urls, sha256 = hash('sha256', content) }]) => [
        path,
        { bytes: content.length, sha256, urls },
      ]),
    ),
  });
}
