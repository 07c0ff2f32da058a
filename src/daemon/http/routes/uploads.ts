// The upload routes of Chatterbox-TTS-Server: clips for cloning, and voices of the user's own.
import { Type } from 'typebox';
import { TtsError } from '../../../api/errors.ts';
import { BadAudio } from '../../../engine/audio/decode/decoded-audio.ts';
import { cleanFileName } from '../../voices/file-names.ts';
import { listPredefined, PredefinedVoice } from '../chatterbox-voices.ts';
import type { App, Context } from '../context.ts';
import { acceptForms, type FormPart, receiveParts } from '../receive-files.ts';

const FIELD = 'files';

const common = {
  message: Type.String(),
  uploaded_files: Type.Array(Type.String()),
  errors: Type.Array(Type.Object({ filename: Type.String(), error: Type.String() })),
};
const ReferenceReply = Type.Object({ ...common, all_reference_files: Type.Array(Type.String()) });
const PredefinedReply = Type.Object({ ...common, all_predefined_voices: Type.Array(PredefinedVoice) });
/** With what every other error has, so that clients of ours understand it as well. */
const failed = {
  detail: Type.String(),
  error: Type.Object({ code: Type.String(), message: Type.String(), retryable: Type.Boolean() }),
};

interface Outcome {
  uploaded: string[];
  errors: { filename: string; error: string }[];
}

export function addUploadRoutes(app: App, { voices, ownVoices, voiceLibrary }: Context): void {
  app.register(async (scope) => {
    await acceptForms(scope as never);

    scope.post(
      '/upload_reference',
      {
        schema: {
          response: { 200: ReferenceReply, 400: Type.Object({ ...ReferenceReply.properties, ...failed }) },
        },
      },
      async (request, reply) => {
        const outcome = await takeAll(
          receiveParts(request, () => ownVoices.makeTempPath()),
          'reference',
        );
        const { status, body } = describe(outcome);
        return reply
          .status(status)
          .send({ ...body, all_reference_files: voiceLibrary.listReferences() } as never);
      },
    );

    scope.post(
      '/upload_predefined_voice',
      {
        schema: {
          response: { 200: PredefinedReply, 400: Type.Object({ ...PredefinedReply.properties, ...failed }) },
        },
      },
      async (request, reply) => {
        const outcome = await takeAll(
          receiveParts(request, () => ownVoices.makeTempPath()),
          'clip',
        );
        const { status, body } = describe(outcome);
        return reply.status(status).send({ ...body, all_predefined_voices: listPredefined(voices) } as never);
      },
    );
  });

  async function takeAll(parts: AsyncIterable<FormPart>, kind: 'reference' | 'clip'): Promise<Outcome> {
    const uploaded = new Set<string>();
    const errors: Outcome['errors'] = [];
    for await (const part of parts) {
      // Text fields that come along are nobody's business.
      if ('value' in part) continue;
      const given = 'file' in part ? part.file.name : part.name;
      const note = (error: string) =>
        errors.push({ filename: cleanFileName(given) ?? given.slice(0, 100), error });
      if (part.field !== FIELD)
        note(`came in the field ${JSON.stringify(part.field.slice(0, 100))}; the field is called ${FIELD}`);
      else if ('problem' in part) note(part.problem);
      else {
        try {
          uploaded.add(await voiceLibrary.takeUpload(part.file, kind));
        } catch (error) {
          if (!(error instanceof BadAudio)) throw error;
          note(error.message);
        }
      }
    }
    return { uploaded: [...uploaded], errors };
  }
}

function describe({ uploaded, errors }: Outcome) {
  const count = uploaded.length + errors.length;
  const body = { message: `Processed ${count} file(s).`, uploaded_files: uploaded, errors };
  if (uploaded.length > 0) return { status: 200 as const, body };
  const why = errors
    .map(({ filename, error }) => `${filename || 'a file without a name'} ${error}`)
    .join('; ');
  const { message, code, retryable } = new TtsError(
    'clip_unusable',
    count === 0
      ? `No file came. Send one or more as multipart/form-data in the field ${FIELD}.`
      : `No file was taken: ${why}.`,
  );
  return {
    status: 400 as const,
    body: { ...body, message, detail: message, error: { code, message, retryable } },
  };
}
