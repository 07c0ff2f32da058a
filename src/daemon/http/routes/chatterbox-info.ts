// What the page and clients of Chatterbox-TTS-Server ask before they speak: the model, the voices, the defaults.
import { Type } from 'typebox';
import type { App, Context } from '../context.ts';

const Voice = Type.Object({
  display_name: Type.String(),
  filename: Type.String(),
  voice_id: Type.String(),
  language: Type.String(),
});

const ModelInfoReply = Type.Object({
  loaded: Type.Boolean(),
  type: Type.String(),
  class_name: Type.String(),
  device: Type.String(),
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
  predefined_voices: Type.Array(Voice),
  presets: Type.Array(Type.Unknown()),
  initial_gen_result: Type.Record(Type.String(), Type.Null()),
  model_info: ModelInfoReply,
});

export function addChatterboxInfoRoutes(app: App, { config, voices, models }: Context): void {
  app.get('/get_predefined_voices', { schema: { response: { 200: Type.Array(Voice) } } }, async () =>
    listVoices(),
  );

  app.get(
    '/get_reference_files',
    { schema: { response: { 200: Type.Array(Type.String()) } } },
    async () => [],
  );

  app.get('/api/model-info', { schema: { response: { 200: ModelInfoReply } } }, async () => getModelInfo());

  app.get('/api/ui/initial-data', { schema: { response: { 200: InitialDataReply } } }, async () => {
    const { server, tts_engine, generation_defaults, audio_output } = config;
    return {
      // Only what a page needs: who may connect is nobody's business.
      config: {
        server: { host: server.host, port: server.port },
        tts_engine,
        generation_defaults,
        audio_output,
      },
      reference_files: [],
      predefined_voices: listVoices(),
      presets: [],
      initial_gen_result: {
        outputUrl: null,
        filename: null,
        genTime: null,
        submittedVoiceMode: null,
        submittedPredefinedVoice: null,
        submittedCloneFile: null,
      },
      model_info: getModelInfo(),
    };
  });

  /** Our voices, then the file names that clients of that server know, each told whose voice it is. */
  function listVoices() {
    return voices.list().flatMap(({ voice: { id, name, language }, aliases }) => [
      { display_name: name, filename: id, voice_id: id, language },
      ...aliases
        .filter((alias) => alias.endsWith('.wav'))
        .map((alias) => ({
          display_name: alias.replace(/\.wav$/, ''),
          filename: alias,
          voice_id: id,
          language,
        })),
    ]);
  }

  function getModelInfo() {
    const { info, host } = models.get(voices.defaultVoice.model)!;
    const languages = new Intl.DisplayNames('en', { type: 'language' });
    return {
      loaded: host.state === 'ready',
      type: info.id,
      class_name: info.name,
      device: 'cpu',
      sample_rate: info.sampleRateHz,
      supports_paralinguistic_tags: false,
      available_paralinguistic_tags: [],
      turbo_available_in_package: false,
      multilingual_available_in_package: false,
      supports_multilingual: info.languages.length > 1,
      supported_languages: Object.fromEntries(
        info.languages.map((tag) => [tag.split('-')[0]!, languages.of(tag) ?? tag]),
      ),
    };
  }
}
