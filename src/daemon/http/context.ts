// What routes are given to work with.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import type { VoiceRegistry } from '../../engine/voice/registry.ts';
import type { Config } from '../config.ts';
import type { ChunkStore } from '../inference/chunk-store.ts';
import type { EncoderThread } from '../inference/encoder-thread.ts';
import type { InferenceLoop } from '../inference/loop.ts';
import type { ModelHost } from '../inference/model-host.ts';
import type { JobPlanner } from '../inference/plan.ts';
import type { ResultFiles } from '../inference/result-files.ts';
import type { JobChanges } from '../jobs/job-changes.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { JobStore } from '../jobs/store.ts';
import type { LexiconFile } from '../lexicon/lexicon-file.ts';
import type { Metrics } from '../metrics.ts';
import type { Models } from '../models/models.ts';
import type { Preset } from '../settings/presets.ts';
import type { Settings } from '../settings/settings.ts';
import type { OwnVoiceFiles } from '../voices/own-voices.ts';
import type { Voices } from '../voices/voices.ts';
import type { JobEvents } from './job-events.ts';
import type { KeyRing } from './key-ring.ts';
import type { OpenStreams } from './open-streams.ts';
import type { SharedStreams } from './shared-stream.ts';

export interface Context {
  config: Config;
  jobs: Jobs;
  store: JobStore;
  results: ResultFiles;
  loop: InferenceLoop;
  planner: JobPlanner;
  models: ReadonlyMap<string, { info: ModelInfo; host: ModelHost }>;
  chunks: ChunkStore;
  /** The same for listeners. */
  heardChunks: Pick<ChunkStore, 'read'>;
  changes: JobChanges;
  /** For whoever listens while a job is made. */
  encoder: EncoderThread;
  voices: VoiceRegistry;
  keys: KeyRing;
  streams: OpenStreams;
  sharedStreams: SharedStreams;
  jobEvents: JobEvents;
  metrics: Metrics;
  lexicon: LexiconFile;
  ownVoices: OwnVoiceFiles;
  voiceLibrary: Voices;
  modelShelf: Models;
  settings: Settings;
  presets: readonly Preset[];
  version: string;
  /** Whether another ttsd was installed in the place of the one that runs. */
  isReplaced: () => boolean;
  bootId: string;
  /** Aborted when the daemon drains: open streams and waits end. */
  draining: AbortSignal;
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
