// Settings and the model, as the page of Chatterbox-TTS-Server manages them.
import { type Static, Type } from 'typebox';
import { SettingsView } from '../../../api/v1.ts';
import type { App, Context } from '../context.ts';

const SaveBody = Type.Record(Type.String(), Type.Unknown());

const SettingsReply = Type.Object({
  message: Type.String(),
  restart_needed: Type.Boolean(),
  ignored: Type.Optional(Type.Array(Type.String())),
  overridden: Type.Optional(Type.Array(Type.String())),
});
type SettingsReply = Static<typeof SettingsReply>;

export function addSettingsRoutes(app: App, { settings, models, voices, config }: Context): void {
  app.get('/v1/settings', { schema: { response: { 200: SettingsView } } }, async () => ({
    settings: settings.describe(),
    restart_needed: settings.isRestartNeeded,
  }));

  app.post(
    '/save_settings',
    {
      schema: { body: SaveBody, response: { 200: SettingsReply } },
      // What is wrong in it is a 400 that names the key.
      validatorCompiler: () => () => true,
    },
    async ({ body }) => settings.save(body),
  );

  app.post('/reset_settings', { schema: { response: { 200: SettingsReply } } }, async () => settings.reset());

  app.post(
    '/restart_server',
    { schema: { response: { 200: SettingsReply } } },
    async (): Promise<SettingsReply> => {
      const { model } = voices.resolve(config.tts_engine.default_voice_id || voices.defaultVoice.id).voice;
      const { host, info } = models.get(model)!;
      await Promise.all([...models.values()].map((one) => one.host.unload('was asked to be loaded again')));
      await host.load();
      const rest = settings.isRestartNeeded
        ? ' Other settings that were saved need: tts daemon restart.'
        : '';
      return {
        message: `Model ${info.name} was loaded again.${rest}`,
        restart_needed: settings.isRestartNeeded,
      };
    },
  );

  app.post(
    '/api/unload',
    { schema: { response: { 200: Type.Object({ status: Type.Literal('unloaded') }) } } },
    async () => {
      await Promise.all([...models.values()].map(({ host }) => host.unload('was asked to be unloaded')));
      return { status: 'unloaded' as const };
    },
  );
}
