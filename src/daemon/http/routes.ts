// All that can be asked of the daemon beside its page and the description of itself.
import type { App, Context } from './context.ts';
import { addBackupRoute } from './routes/backup.ts';
import { addChatterboxInfoRoutes } from './routes/chatterbox-info.ts';
import { addChunkRoutes } from './routes/chunks.ts';
import { addEventRoutes } from './routes/events.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addLexiconRoutes } from './routes/lexicon.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addModelRoutes } from './routes/models.ts';
import { addOpenAiRoutes } from './routes/openai.ts';
import { addOverviewRoutes } from './routes/overview.ts';
import { addPauseRoutes } from './routes/pause.ts';
import { addQueueRoutes } from './routes/queue.ts';
import { addSessionRoutes } from './routes/session.ts';
import { addSettingsRoutes } from './routes/settings.ts';
import { addTtsRoutes } from './routes/tts.ts';
import { addUploadRoutes } from './routes/uploads.ts';
import { addVoiceRoutes } from './routes/voices.ts';

export function addRoutes(app: App, context: Context): void {
  addQueueRoutes(app, context);
  addTtsRoutes(app, context);
  addChatterboxInfoRoutes(app, context);
  addOpenAiRoutes(app, context);
  addJobRoutes(app, context);
  addEventRoutes(app, context);
  addOverviewRoutes(app, context);
  addPauseRoutes(app, context);
  addVoiceRoutes(app, context);
  addModelRoutes(app, context);
  addLexiconRoutes(app, context);
  addUploadRoutes(app, context);
  addSettingsRoutes(app, context);
  addSessionRoutes(app, context);
  addHealthRoutes(app, context);
  addMetricsRoute(app, context);
  addBackupRoute(app, context);
  addChunkRoutes(app, context);
}
