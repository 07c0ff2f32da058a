// What the page and clients of Chatterbox-TTS-Server ask before they speak: the model, the voices, the defaults.
import { Type } from 'typebox';
import type { ModelManifest } from '../../../engine/model/manifest.ts';
import { describeDevice } from '../../models/describe-device.ts';
import { Preset } from '../../settings/presets.ts';
import { MAX_REFERENCE_SEC } from '../../voices/voices.ts';
import { listPredefined, PredefinedVoice } from '../chatterbox-voices.ts';
import type { App, Context } from '../context.ts';

/** What that server's page expects before it has ever saved anything. */
const UI_STATE = {
  last_text: '',
  last_voice_mode: 'predefined',
  last_predefined_voice: null,
  last_reference_file: null,
  last_seed: 0,
  last_chunk_size: 120,
  last_split_text_enabled: true,
  hide_chunk_warning: false,
  hide_generation_warning: false,
  theme: 'dark',
};

const ModelInfoReply = Type.Object({
  loaded: Type.Boolean(),
  type: Type.String(),
  class_name: Type.String(),
  device: Type.String(),
  /** Ours: why it does not run where it was wished. */
  device_note: Type.Optional(Type.String()),
  sample_rate: Type.Integer(),
  supports_paralinguistic_tags: Type.Boolean(),
  available_paralinguistic_tags: Type.Array(Type.String()),
  turbo_available_in_package: Type.Boolean(),
  multilingual_available_in_package: Type.Boolean(),
  supports_multilingual: Type.Boolean(),
  supported_languages: Type.Record(Type.String(), Type.String()),
});

const InitialDataReply = Type.Object({
  config: Type.Record(Type.String(), Type.Unknown()),
  reference_files: Type.Array(Type.String()),
  predefined_voices: Type.Array(PredefinedVoice),
  presets: Type.Array(Preset),
  initial_gen_result: Type.Record(Type.String(), Type.Null()),
  model_info: ModelInfoReply,
});

export function addChatterboxInfoRoutes(
  app: App,
  { config, voices, voiceLibrary, settings, presets, models }: Context,
): void {
  app.get(
    '/get_predefined_voices',
    { schema: { response: { 200: Type.Array(PredefinedVoice) } } },
    async () => listPredefined(voices),
  );

  app.get('/get_reference_files', { schema: { response: { 200: Type.Array(Type.String()) } } }, async () =>
    voiceLibrary.listReferences(),
  );

  app.get('/api/model-info', { schema: { response: { 200: ModelInfoReply } } }, async () => getModelInfo());

  app.get('/api/ui/initial-data', { schema: { response: { 200: InitialDataReply } } }, async () => {
    const { server, tts_engine, generation_defaults, audio_output, ui_state, ui } = settings.view();
    const model_info = getModelInfo();
    return {
      // Only what a page needs: who may connect is nobody's business.
      config: {
        server: { host: server.host, port: server.port },
        model: { repo_id: model_info.type },
        tts_engine: {
          ...tts_engine,
          default_voice_id: tts_engine.default_voice_id || voices.defaultVoice.id,
          predefined_voices_path: 'voices',
          reference_audio_path: 'voices',
        },
        generation_defaults,
        audio_output: {
          ...audio_output,
          sample_rate: model_info.sample_rate,
          max_reference_duration_sec: MAX_REFERENCE_SEC,
          save_to_disk: true,
        },
        ui_state: { ...UI_STATE, ...ui_state },
        ui: { title: 'ttsd', show_language_select: model_info.supports_multilingual, ...ui },
        debug: {},
      },
      reference_files: voiceLibrary.listReferences(),
      predefined_voices: listPredefined(voices),
      presets: [...presets],
      initial_gen_result: {
        outputUrl: null,
        filename: null,
        genTime: null,
        submittedVoiceMode: null,
        submittedPredefinedVoice: null,
        submittedCloneFile: null,
      },
      model_info,
    };
  });

  function getModelInfo() {
    const standard = voices.resolve(config.tts_engine.default_voice_id || voices.defaultVoice.id).voice;
    const { info, host } = models.get(standard.model)!;
    // Clients ask once for all that they may send: also to the model that clones.
    const cloners = [...models.values()].map((model) => model.info).filter(({ manifest }) => manifest.clones);
    const all = [info, ...cloners];
    const tags = [...new Set(all.flatMap(({ manifest }) => manifest.tags))];
    const tagsOfLanguages = new Map(
      all.flatMap((model) => model.languages.map((tag) => [tag.split('-')[0]!, tag])),
    );
    const where = describeDevice({ info, host });
    const languages = new Intl.DisplayNames('en', { type: 'language' });
    return {
      loaded: host.state === 'ready',
      type: nameFamily(info.manifest),
      class_name: info.name,
      ...where,
      device: where.device ?? config.tts_engine.device,
      sample_rate: info.sampleRateHz,
      supports_paralinguistic_tags: tags.length > 0,
      // That server writes them without brackets.
      available_paralinguistic_tags: tags.map((tag) => tag.replace(/^\[|\]$/g, '')),
      turbo_available_in_package: cloners.some(({ manifest }) => nameFamily(manifest) === 'turbo'),
      multilingual_available_in_package: cloners.some(
        ({ manifest }) => nameFamily(manifest) === 'multilingual',
      ),
      supports_multilingual: tagsOfLanguages.size > 1,
      supported_languages: Object.fromEntries(
        [...tagsOfLanguages].map(([base, tag]) => [base, languages.of(tag) ?? tag]),
      ),
    };
  }
}

/** As that server calls its models; any other by its id. */
function nameFamily({ id, engine, tags, languages }: ModelManifest): string {
  if (engine !== 'chatterbox') return id;
  if (tags.length > 0) return 'turbo';
  return languages.length > 1 ? 'multilingual' : 'original';
}
