// Composition root of ttsd: config → lock and store → models → loop → listeners; stops in reverse.
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { getEndpointFile, getLogFile } from '../api/endpoint.ts';
import { TtsError } from '../api/errors.ts';
import { sweepModels } from '../engine/model/install.ts';
import { type ModelInfo, openShelf } from '../engine/model/shelf.ts';
import { openVoices, type VoiceRegistry } from '../engine/voice/registry.ts';
import { ClockWatch } from './clock-watch.ts';
import { type Config, readConfig } from './config.ts';
import { HELP, readFlags } from './flags.ts';
import { openHeardChunks } from './http/heard-chunks.ts';
import { JobEvents } from './http/job-events.ts';
import { KeyRing } from './http/key-ring.ts';
import { OpenStreams } from './http/open-streams.ts';
import { buildServer } from './http/server.ts';
import { SharedStreams } from './http/shared-stream.ts';
import { findFormats } from './inference/audio-formats.ts';
import { openChunkStore } from './inference/chunk-store.ts';
import { EncoderThread } from './inference/encoder-thread.ts';
import { InferenceLoop } from './inference/loop.ts';
import { findMemoryRoom, guessMemory } from './inference/memory.ts';
import { ModelHost } from './inference/model-host.ts';
import { Paces } from './inference/paces.ts';
import { JobPlanner } from './inference/plan.ts';
import { ResultFiles } from './inference/result-files.ts';
import { checkResults } from './jobs/check-results.ts';
import { JobChanges } from './jobs/job-changes.ts';
import { Jobs, PAUSED_SINCE } from './jobs/jobs.ts';
import { checkBackup, restoreDatabase } from './jobs/restore.ts';
import { startRetention } from './jobs/retention.ts';
import { checkDatabase } from './jobs/side-thread.ts';
import { openSqliteStore } from './jobs/sqlite-store.ts';
import { LexiconFile } from './lexicon/lexicon-file.ts';
import { checkAddress, listenTcp, listenUnix, writeEndpoint } from './listen.ts';
import { type GivenSockets, takeListenFds } from './listen-fds.ts';
import { openLog } from './log.ts';
import { Metrics } from './metrics.ts';
import { Models } from './models/models.ts';
import { PageStateFile } from './settings/page-state.ts';
import { readPresets } from './settings/presets.ts';
import { Settings } from './settings/settings.ts';
import { stayReachable } from './stay-reachable.ts';
import { Conditioning } from './voices/conditioning.ts';
import { OwnVoiceFiles } from './voices/own-voices.ts';
import { Voices } from './voices/voices.ts';
import { watchProgram } from './watch-program.ts';

const ROOT = join(import.meta.dirname, '..', '..');

async function main(): Promise<void> {
  // Audio passes through as buffers outside the heap. Unless they count as a part of it, V8 collects after every few chunks, which
  // takes a third of the daemon's processor time.
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  // A thread that compiles may wait for a collection when the process ends, and the end for it: nodejs/node#54918.
  setFlagsFromString('--no-concurrent-sparkplug');
  // Texts and audio are the user's: whatever is made here is for this user alone.
  process.umask(0o077);
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const flags = readFlags();
  if (flags.help) return void process.stdout.write(HELP);
  if (flags.version) return void process.stdout.write(`${version}\n`);
  const config = readConfig(process.env, flags);
  if (flags.restore !== undefined && flags.check) return checkBackup(resolve(flags.restore));
  if (flags.restore !== undefined) return restore(config, flags.restore);
  checkAddress(config);
  if (flags.check) return void process.stdout.write(`${config.configFile} can be used\n`);
  await run(config, version, takeListenFds(process.env, process.pid));
}

function restore({ dataDir }: Config, backup: string): void {
  const aside = restoreDatabase(dataDir, resolve(backup));
  const note = aside === null ? '' : `; what was there is now ${aside}`;
  process.stdout.write(`restored ${backup} into ${dataDir}${note}\n`);
}

async function run(config: Config, version: string, given: GivenSockets): Promise<void> {
  // The store makes and checks the data directory and holds its lock: nothing is written there before.
  const metrics = new Metrics(version);
  const opened = await openSqliteStore({
    dataDir: config.dataDir,
    onCommit: (tookSec) => metrics.committed(tookSec),
    onFailure: (error) => {
      process.stderr.write(`ttsd: the job store failed: ${error.message}\n`);
      process.exit(1);
    },
  });
  const store = metrics.countFinished(opened);
  const log = openLog(getLogFile(config.dataDir), config.server.log_level);
  const bootId = randomUUID();
  const ownVoices = await OwnVoiceFiles.open(join(config.dataDir, 'voices'), log);
  const modelsDir = join(config.dataDir, 'models');
  await sweepModels(modelsDir);
  const shelf = {
    models: await openShelf([join(ROOT, 'models'), modelsDir], (err) =>
      log.error({ err }, 'a model cannot be used'),
    ),
  };
  const voices = await openVoices(join(ROOT, 'voices'), ownVoices, shelf);
  checkDefaultVoice(config, voices);
  const lexicon = new LexiconFile(config.configFile);
  const notes = await store.listNotes();
  const paces = new Paces(store, notes);
  const conditioning = new Conditioning(join(config.dataDir, 'conditioning'));
  const startHost = ({ id, dir, speakers, manifest }: ModelInfo) =>
    new ModelHost({
      modelDir: dir,
      ...(manifest.clones && { cacheDir: conditioning.makeDir(id) }),
      device: config.tts_engine.device,
      memoryBytes: guessMemory(manifest),
      ...(config.tts_engine.max_threads > 0 && { threads: config.tts_engine.max_threads }),
      pace: paces.ofModel(id),
      loading: paces.ofLoading(id),
      idleUnloadMs: config.tts_engine.idle_unload_sec * 1000,
      onStart: () => metrics.hostStarted(id),
      leastDeadlineMs: config.tts_engine.chunk_deadline_sec * 1000,
      probeSpeaker: speakers[0]?.id,
      log: log.child({ model: id }),
    });
  const models = new Map([...shelf.models].map(([id, info]) => [id, { info, host: startHost(info) }]));
  const chunks = await openChunkStore(join(config.dataDir, 'chunks'), {
    onDamage: (report) => log.warn(report, 'a stored chunk was damaged and is made again'),
  });
  const results = await ResultFiles.open(join(config.dataDir, 'results'));
  const changes = new JobChanges();
  const planner = new JobPlanner({ store, voices, models });
  const loop = new InferenceLoop({
    store,
    chunks,
    clips: ownVoices,
    results,
    planner,
    models,
    changes,
    paces,
    owner: bootId,
    maxRetries: config.job_queue.max_retries,
    metrics,
    maxUp: config.tts_engine.max_models_loaded,
    maxUpBytes: config.tts_engine.max_memory_bytes || findMemoryRoom(),
    weights: new Map(Object.entries(config.job_queue.weights)),
    isPaused: notes[PAUSED_SINCE] !== undefined,
    log,
  });
  const formats = findFormats();
  const jobs = new Jobs({
    config,
    formats,
    store,
    loop,
    results,
    voices,
    lexicon,
    models,
    changes,
    paces,
    pausedSince: notes[PAUSED_SINCE] ?? null,
  });

  const modelShelf = new Models({
    config,
    store,
    shelf,
    models,
    startHost,
    voices,
    modelsDir,
    builtInDir: join(ROOT, 'models'),
    conditioning,
    log,
  });
  const sweepClips = async () => {
    const removed = await ownVoices.sweepClips((sha256) => jobs.isClipNeeded(sha256));
    for (const sha256 of removed) await conditioning.forgetClip(sha256);
  };
  const voiceLibrary = new Voices({ config, voices, ownVoices, models, sweepClips });
  const pageState = new PageStateFile(join(config.dataDir, 'page-state.json'));
  const settings = new Settings({ config, formats, voices, models, pageState });

  const rescued = await store.rescue(bootId);
  const filesAtStart = await results.list();
  const clock = new ClockWatch({
    latestMs: await store.getLatestTime(),
    onStep: (stepMs) => {
      log.warn({ stepMs }, 'the clock was set');
      // Jobs may have come due.
      loop.lookForJobs();
    },
  });

  const draining = new AbortController();
  const context = {
    config,
    jobs,
    store,
    results,
    loop,
    planner,
    models,
    chunks,
    heardChunks: openHeardChunks(chunks),
    changes,
    encoder: new EncoderThread('ttsd-streams'),
    voices,
    keys: new KeyRing(config.dataDir),
    streams: new OpenStreams(config.server.max_streams),
    sharedStreams: new SharedStreams(),
    jobEvents: new JobEvents({ store, jobs, changes }),
    metrics,
    lexicon,
    ownVoices,
    voiceLibrary,
    modelShelf,
    settings,
    presets: await readPresets(join(ROOT, 'voices', 'presets.yaml')),
    version,
    isReplaced: watchProgram(import.meta.filename),
    bootId,
    draining: draining.signal,
  };
  const tcp = await buildServer(context, { transport: 'tcp', log });
  const openUnix = async (fd?: number) => {
    const app = await buildServer(context, { transport: 'unix', log });
    return { app, socket: await listenUnix(app, config, fd) };
  };
  const port = await listenTcp(tcp, config, given.http);
  let unix = await openUnix(given.unix);
  const http = `http://${config.server.host.includes(':') ? `[${config.server.host}]` : config.server.host}:${port}`;
  const noteEndpoint = () =>
    writeEndpoint(config.dataDir, { socket: unix.socket, http, pid: process.pid, boot_id: bootId, version });
  const stopRetention = startRetention({ config, store, results, chunks, loop, clock, sweepClips, log });
  let stopWatching = () => {};

  const stop = async (signal: NodeJS.Signals) => {
    log.info({ signal }, 'draining');
    draining.abort();
    stopWatching();
    stopRetention();
    clock.stop();
    const tooLate = setTimeout(() => {
      loop.breakOff();
      for (const { host } of models.values()) host.kill('did not finish its chunk before the drain limit');
    }, config.job_queue.drain_sec * 1000);
    await loop.stop();
    clearTimeout(tooLate);
    await Promise.all([tcp.close(), unix.app.close()]);
    for (const { host } of models.values()) host.kill('is no longer needed');
    await modelShelf.stop();
    await store.close();
    rmSync(getEndpointFile(config.dataDir), { force: true });
    log.info('stopped');
    process.exit(0);
  };
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A second signal ends it at once: what is on disk is consistent at any moment.
      if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143);
      stopping = true;
      stop(signal).catch((error: unknown) => {
        log.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      });
    });
  }

  // Whoever finds the endpoint may also send a signal.
  await noteEndpoint();
  stopWatching = stayReachable({
    listPaths: () => [unix.socket, getEndpointFile(config.dataDir)],
    reopen: async () => {
      if (!existsSync(unix.socket)) {
        await unix.app.close();
        unix = await openUnix();
      }
      await noteEndpoint();
    },
    log,
  });
  log.info({ version, http, socket: unix.socket, dataDir: config.dataDir, rescued: rescued.length }, 'ready');
  if (process.stderr.isTTY) process.stderr.write(`ttsd ${version} is ready on ${http} and ${unix.socket}\n`);
  loop.lookForJobs();
  // For the next start, also if this one is killed.
  process.getBuiltinModule('node:module').flushCompileCache();
  checkResults(store, results, filesAtStart, (job) => jobs.remake(job)).then(
    (checked) => log[checked.lost + checked.orphans > 0 ? 'warn' : 'debug'](checked, 'results checked'),
    (error: unknown) => log.error({ err: error }, 'results could not be checked'),
  );

  checkDatabase(join(config.dataDir, 'ttsd.db')).then(
    (damage) => {
      if (damage !== null) log.error({ damage: jobs.noteDamage(damage) }, 'the job database is damaged');
    },
    (error: unknown) => log.error({ err: error }, 'the job database could not be checked'),
  );
}

function checkDefaultVoice({ tts_engine, configFile }: Config, voices: VoiceRegistry): void {
  if (!tts_engine.default_voice_id) return;
  try {
    voices.resolve(tts_engine.default_voice_id);
  } catch (cause) {
    throw new TtsError(
      'config_invalid',
      `${configFile}: tts_engine.default_voice_id: ${(cause as Error).message}`,
      { cause },
    );
  }
}

main().catch((error: unknown) => {
  const known = error instanceof TtsError ? error : undefined;
  process.stderr.write(`ttsd: ${known?.message ?? (error instanceof Error ? error.stack : String(error))}\n`);
  process.exit(known?.exitCode ?? 1);
});
