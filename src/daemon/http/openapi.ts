// What /openapi.json says beyond the schemas of the routes: in words what each does, which errors it may answer, and bodies
// that are no JSON. A route that is not in the table must bring a summary and tags in its own schema.
import { STATUS_CODES } from 'node:http';
import { Type } from 'typebox';
import { ERRORS } from '../../api/errors.ts';
import { CONTENT_TYPES } from '../../api/job.ts';
import { OpenAiError } from '../../api/openai.ts';

const TAGS = {
  Jobs: 'Text in, a durable job at once, its audio when it is ready.',
  Speech: 'The audio in the answer: for whoever waits for it.',
  Queue: 'The queue routes of Chatterbox-TTS-Server.',
  Chatterbox: 'What pages and clients of Chatterbox-TTS-Server ask before they speak.',
  Voices: 'Voices and models that can be named.',
  Operations: 'Is it well, what is it doing.',
} as const;

interface Operation {
  tag: keyof typeof TAGS;
  summary: string;
  description?: string;
  /** What the body of a success is where no schema says it; with the status, 200 by default. */
  body?: 'audio' | 'speech' | 'events' | 'metrics' | 'srt' | 'vtt' | 'database' | 'nothing';
  /** It takes files, in this field of a multipart form. */
  files?: string;
  /** Its body is a zip or tar file. */
  archive?: boolean;
  status?: number;
  /** Statuses of errors beside those that follow from what the route takes. */
  errors?: readonly number[];
  /** Its errors have OpenAI's form. */
  isOpenAi?: boolean;
  isPublic?: boolean;
  headers?: readonly string[];
}

const SUBMIT_ERRORS = [400, 404, 429, 503, 507];
const SPEAK_ERRORS = [...SUBMIT_ERRORS, 410, 500];

const OPERATIONS: Record<string, Operation> = {
  'POST /v1/jobs': {
    tag: 'Jobs',
    summary: 'Submit one job, or many in one transaction',
    description:
      'Answers when all of them are on disk. 200 instead of 201 when idempotency keys named jobs that were there.',
    errors: SUBMIT_ERRORS,
  },
  'GET /v1/jobs': {
    tag: 'Jobs',
    summary: 'List jobs, newest first, page by page',
    description:
      'Pages stay whole while jobs are added: pass `next_cursor` as `cursor`. `state` may be given several times. `q` finds words in texts and labels, whatever their case, and the beginning of an id. One answer looks at a bounded number of jobs: it may hold fewer than `limit`, or none, and the search is over when `next_cursor` is null.',
  },
  'GET /v1/jobs/{id}': { tag: 'Jobs', summary: 'Look at a job', errors: [404] },
  'DELETE /v1/jobs/{id}': {
    tag: 'Jobs',
    summary: 'Forget a job that has ended, and its audio',
    body: 'nothing',
    status: 204,
    errors: [404, 409, 503],
  },
  'PATCH /v1/jobs/{id}': {
    tag: 'Jobs',
    summary: 'Change the priority, label or time of a job that waits',
    errors: [404, 409, 503],
  },
  'POST /v1/jobs/{id}/cancel': {
    tag: 'Jobs',
    summary: 'Cancel a job that is queued or running',
    description: 'A job that has ended stays as it is, and the answer says so.',
    errors: [404, 503],
  },
  'POST /v1/jobs/{id}/retry': {
    tag: 'Jobs',
    summary: 'Put a failed or cancelled job back into the queue',
    errors: [404, 409, 503],
  },
  'POST /v1/jobs/{id}/redo': {
    tag: 'Jobs',
    summary: 'Make a finished job once more, with one chunk said anew',
    description:
      'A new job. All other chunks are taken from where they are kept. Without `seed` one is drawn.',
    errors: [404, 409, 410, 429, 503, 507],
  },
  'GET /v1/jobs/{id}/stream': {
    tag: 'Jobs',
    summary: 'Listen to a job from its first chunk, while it is still being made',
    body: 'audio',
    errors: [404, 410, 429, 500, 503],
  },
  'GET /v1/jobs/{id}/events': {
    tag: 'Jobs',
    summary: 'Follow a job until it has ended',
    description:
      'Server-sent events `job`, each with the job as it is. `id` is the number of its last change; 204 for a `Last-Event-ID` after which nothing can come.',
    body: 'events',
    errors: [404, 429],
    headers: ['Last-Event-ID'],
  },
  'GET /v1/events': {
    tag: 'Jobs',
    summary: 'Follow all jobs',
    description:
      'Server-sent events: `open` once, then `job` with a job after each change of its state, place or words, and `removed` with the id of one that was forgotten. Their `id` is the number of the change, which outlives a restart: with `Last-Event-ID` (or `after`) whatever changed since is told first, several changes of one job as one. `job` without an `id` is progress, at most once a second. `label` and `state` narrow `job` events.',
    body: 'events',
    errors: [429],
    headers: ['Last-Event-ID'],
  },
  'GET /v1/jobs/{id}/text': { tag: 'Jobs', summary: 'Read the text of a job', errors: [404, 410] },
  'GET /v1/jobs/{id}/chunks': {
    tag: 'Jobs',
    summary: 'Look at the parts of a job: where they stand in its text, and how those that are made sound',
    errors: [404, 410],
  },
  'GET /v1/jobs/{id}/captions.srt': {
    tag: 'Jobs',
    summary: 'Captions as SubRip',
    body: 'srt',
    errors: [404, 410, 425, 500],
  },
  'GET /v1/jobs/{id}/captions.vtt': {
    tag: 'Jobs',
    summary: 'Captions as WebVTT',
    body: 'vtt',
    errors: [404, 410, 425, 500],
  },
  'GET /v1/jobs/{id}/captions.json': {
    tag: 'Jobs',
    summary: 'When each sentence and word is heard',
    errors: [404, 410, 425, 500],
  },
  'POST /tts': {
    tag: 'Speech',
    summary: 'Speak: the whole file, or with `stream` the audio as it is made',
    body: 'audio',
    errors: SPEAK_ERRORS,
  },
  'GET /tts-stream': {
    tag: 'Speech',
    summary: 'Speak as it is made, for an <audio> element',
    description:
      'It makes a job, so pages of other sites may not use it unless they are in `server.allowed_origins`.',
    body: 'audio',
    errors: SPEAK_ERRORS,
  },
  'POST /v1/audio/speech': {
    tag: 'Speech',
    summary: "OpenAI's speech route",
    body: 'speech',
    errors: SPEAK_ERRORS,
    isOpenAi: true,
  },
  'POST /tts/enqueue': {
    tag: 'Queue',
    summary: 'Queue a text',
    description:
      'Answers when the job is on disk. 200 instead of 202 when the Idempotency-Key named a job that was there.',
    errors: SUBMIT_ERRORS,
  },
  'GET /tts/{id}/status': { tag: 'Queue', summary: 'How far a job is', errors: [404] },
  'GET /tts/{id}/result': {
    tag: 'Queue',
    summary: 'The audio of a completed job, whole or in ranges',
    body: 'audio',
    errors: [404, 410, 416, 425, 500],
    headers: ['Range', 'If-Range', 'If-None-Match'],
  },
  'DELETE /tts/{id}': { tag: 'Queue', summary: 'Cancel a job', errors: [404, 503] },
  'GET /get_predefined_voices': {
    tag: 'Chatterbox',
    summary: 'Voices under the file names that its clients know',
  },
  'GET /get_reference_files': { tag: 'Chatterbox', summary: 'Reference clips' },
  'GET /api/model-info': { tag: 'Chatterbox', summary: 'The model of the default voice' },
  'GET /api/ui/initial-data': { tag: 'Chatterbox', summary: 'All that its page begins with' },
  'POST /upload_reference': {
    tag: 'Chatterbox',
    summary: 'Add reference clips, as multipart `files`',
    files: 'files',
    errors: [400, 413, 415, 507],
  },
  'POST /upload_predefined_voice': {
    tag: 'Chatterbox',
    summary: 'Add predefined voices, as multipart `files`',
    files: 'files',
    errors: [400, 413, 415, 507],
  },
  'GET /v1/settings': { tag: 'Operations', summary: 'Settings that clients may change, and what each takes' },
  'POST /v1/session': {
    tag: 'Operations',
    summary: 'Sign a browser in: a cookie in place of an API key',
    errors: [401, 403],
    isPublic: true,
  },
  'DELETE /v1/session': {
    tag: 'Operations',
    summary: 'Sign a browser out',
    body: 'nothing',
    status: 204,
    errors: [403],
    isPublic: true,
  },
  'POST /save_settings': { tag: 'Chatterbox', summary: 'Change settings, key by key', errors: [400] },
  'POST /reset_settings': { tag: 'Chatterbox', summary: 'Go back to the defaults' },
  'POST /restart_server': { tag: 'Chatterbox', summary: 'Load the model again' },
  'POST /api/unload': { tag: 'Chatterbox', summary: 'Unload the model; the next job loads it again' },
  'POST /v1/voices': {
    tag: 'Voices',
    summary: 'Add a voice from a clip, as multipart',
    files: 'file',
    errors: [400, 409, 413, 415, 422, 507],
  },
  'GET /v1/voices/{id}': { tag: 'Voices', summary: 'Look at a voice', errors: [404] },
  'PATCH /v1/voices/{id}': { tag: 'Voices', summary: 'Change what is said of a voice', errors: [404, 409] },
  'DELETE /v1/voices/{id}': {
    tag: 'Voices',
    summary: 'Remove a voice that was added',
    body: 'nothing',
    status: 204,
    errors: [404, 409],
  },
  'GET /v1/voices/{id}/preview': {
    tag: 'Voices',
    summary: 'Hear a voice',
    body: 'audio',
    errors: SPEAK_ERRORS,
  },
  'GET /v1/lexicon': { tag: 'Voices', summary: 'How the words of the lexicon are spoken' },
  'PUT /v1/lexicon/{word}': { tag: 'Voices', summary: 'Say how a word is spoken', errors: [507] },
  'DELETE /v1/lexicon/{word}': {
    tag: 'Voices',
    summary: 'Forget a word of the lexicon',
    body: 'nothing',
    status: 204,
    errors: [404],
  },
  'GET /v1/voices': { tag: 'Voices', summary: 'All voices' },
  'GET /v1/models': {
    tag: 'Voices',
    summary: "The models that are here, in the form that OpenAI's clients ask for",
    description: 'With `all` also those that can be pulled: `state` tells them apart.',
    isOpenAi: true,
  },
  'GET /v1/models/{id}': {
    tag: 'Voices',
    summary: "A model, in the form that OpenAI's clients ask for",
    description: 'Also one that is not here but can be pulled: see `state`.',
    errors: [404],
    isOpenAi: true,
  },
  'POST /v1/models/{id}/pull': {
    tag: 'Voices',
    summary: 'Download a model, check it and put it to use',
    description:
      'Server-sent events: `progress` (phase, bytes_done, bytes_total, bytes_per_sec), then `done` with the model or `error` with code and message. Several clients may watch one pull. When the last of them leaves it stops; what has come is kept, and the next pull goes on from there.',
    body: 'events',
    errors: [404, 409, 429, 503],
  },
  'POST /v1/models': {
    tag: 'Voices',
    summary: 'Add a model from a zip or tar file',
    description:
      'The body is the file. It holds a manifest.json with its files, or the files of a Kokoro or Piper model. Nothing is added when an entry would lie outside the folder, is a link, or cannot be loaded.',
    archive: true,
    status: 201,
    errors: [400, 409, 413, 415, 503, 507],
    isOpenAi: true,
  },
  'DELETE /v1/models/{id}': {
    tag: 'Voices',
    summary: 'Remove a model that was pulled or added, or what is left of a pull',
    body: 'nothing',
    status: 204,
    errors: [404, 409, 503, 507],
    isOpenAi: true,
  },
  'GET /v1/audio/models': { tag: 'Voices', summary: 'Models, as Open WebUI asks for them' },
  'GET /v1/audio/voices': { tag: 'Voices', summary: 'Voices, as Open WebUI asks for them' },
  'GET /livez': { tag: 'Operations', summary: 'Is it alive', isPublic: true },
  'GET /readyz': { tag: 'Operations', summary: 'Can it work; 503 says why not', isPublic: true },
  'GET /v1/version': {
    tag: 'Operations',
    summary: 'Its version, and which versions of the interface it speaks',
  },
  'GET /health': {
    tag: 'Operations',
    summary: 'Whether it is well, in one word',
    isPublic: true,
    errors: [503],
  },
  'GET /v1/queue': { tag: 'Operations', summary: 'How much waits and runs, and the state of each model' },
  'GET /v1/overview': {
    tag: 'Operations',
    summary: 'The queue at one glance: what runs, what comes next, what ended last',
  },
  'POST /v1/queue/pause': {
    tag: 'Operations',
    summary: 'Hold the queue: what is in hand is finished, nothing else is begun',
    errors: [503],
  },
  'POST /v1/queue/resume': { tag: 'Operations', summary: 'Let the queue go on', errors: [503] },
  'GET /v1/backup': {
    tag: 'Operations',
    summary: 'A copy of the job database',
    body: 'database',
    errors: [503, 507],
  },
  'GET /metrics': { tag: 'Operations', summary: 'Figures for Prometheus', body: 'metrics' },
};

const Failure = Type.Object({
  detail: Type.Union([
    Type.String(),
    Type.Array(
      Type.Object({
        loc: Type.Array(Type.Union([Type.String(), Type.Integer()])),
        msg: Type.String(),
        type: Type.String(),
      }),
    ),
  ]),
  error: Type.Object({
    code: Type.Enum(Object.keys(ERRORS)),
    message: Type.String(),
    retryable: Type.Boolean(),
  }),
});

export const OPENAPI_BASE = {
  openapi: '3.1.0' as const,
  tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  // Only where a key is required; without one the list's first row holds.
  security: [{}, { bearer: [] }, { key: [] }],
  components: {
    securitySchemes: {
      bearer: { type: 'http' as const, scheme: 'bearer', description: 'An API key: tts daemon key new NAME' },
      key: { type: 'apiKey' as const, in: 'header' as const, name: 'X-API-Key' },
    },
  },
};

type Json = Record<string, unknown>;
interface Described extends Json {
  tags?: string[];
  summary?: string;
  requestBody?: { required?: boolean; content: Record<string, { schema: Json }> };
  parameters?: Json[];
  responses: Record<string, Json & { content?: Json; headers?: Json }>;
}

/** Completes the document that the routes' schemas gave. */
export function completeOpenApi<Document extends object>(document: Document): Document {
  const { paths = {}, components = {} } = document as {
    paths?: Record<string, Record<string, Described>>;
    components?: Json;
  };
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations))
      complete(`${method.toUpperCase()} ${path}`, operation);
  }
  const schemas = { ...(components.schemas as Json | undefined), Error: Failure, OpenAiError };
  return { ...document, components: { ...components, schemas } };
}

function complete(name: string, operation: Described): void {
  const known = OPERATIONS[name];
  const { responses, requestBody, parameters = [] } = operation;
  operation.operationId ??= toOperationId(name);
  if (known) {
    operation.tags ??= [known.tag];
    operation.summary ??= known.summary;
    if (known.description) operation.description ??= known.description;
    if (known.isPublic) operation.security = [];
    for (const header of known.headers ?? [])
      parameters.push({ in: 'header', name: header, required: false, schema: { type: 'string' } });
    if (parameters.length > 0) operation.parameters = parameters;
    if (known.files) operation.requestBody = describeFiles(known.files);
    if (known.archive) operation.requestBody = describeArchive();
    if (known.body) describeBody(responses, known.body, known.status ?? 200);
  }
  if (requestBody && 'anyOf' in (requestBody.content['application/json']?.schema ?? {})) {
    const { anyOf } = requestBody.content['application/json']!.schema as { anyOf: Json[] };
    requestBody.required = !anyOf.some(({ type }) => type === 'null');
  }
  const errors = new Set(known?.errors);
  if (requestBody) for (const status of [413, 415]) errors.add(status);
  if (requestBody || parameters.length > 0) errors.add(known?.isOpenAi ? 400 : 422);
  if (!known?.isPublic) for (const status of [401, 403]) errors.add(status);
  const schema = { $ref: `#/components/schemas/${known?.isOpenAi ? 'OpenAiError' : 'Error'}` };
  for (const status of errors) responses[status] ??= { content: { 'application/json': { schema } } };
  responses.default = { description: 'Any other error', content: { 'application/json': { schema } } };
  for (const [status, response] of Object.entries(responses)) {
    if (status !== 'default') response.description = STATUS_CODES[status] ?? '';
    if (['425', '429', '503', '507'].includes(status) && !known?.isPublic)
      response.headers = { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } };
  }
}

function describeBody(
  responses: Described['responses'],
  body: NonNullable<Operation['body']>,
  status: number,
): void {
  if (status !== 200) delete responses['200'];
  const binary = { schema: { type: 'string', format: 'binary' } };
  const text = { schema: { type: 'string' } };
  const audio = Object.fromEntries(Object.values(CONTENT_TYPES).map((type) => [type, binary]));
  // What an event holds has no words in OpenAPI 3.1: the description says it.
  const events = { 'text/event-stream': {} };
  const contents = {
    audio,
    speech: { ...audio, ...events },
    events,
    metrics: { 'text/plain': text },
    srt: { 'application/x-subrip': text },
    vtt: { 'text/vtt': text },
    database: { 'application/vnd.sqlite3': binary },
    nothing: undefined,
  };
  const content = contents[body];
  responses[status] = { ...(content ? { content } : {}) };
}

function describeFiles(field: string): NonNullable<Described['requestBody']> {
  const file = { type: 'string', format: 'binary' };
  const property = field === 'files' ? { type: 'array', items: file } : file;
  const schema = { type: 'object', required: [field], properties: { [field]: property } };
  return { required: true, content: { 'multipart/form-data': { schema } } };
}

function describeArchive(): NonNullable<Described['requestBody']> {
  const schema = { type: 'string', format: 'binary' };
  return { required: true, content: { 'application/zip': { schema }, 'application/x-tar': { schema } } };
}

/** `GET /v1/jobs/{id}/events` → `getV1JobsIdEvents`. */
function toOperationId(name: string): string {
  const [first, ...rest] = name.toLowerCase().match(/[a-z0-9]+/g)!;
  return first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
