// Files of a multipart form, one after the other, each written to a temporary file: memory stays flat whatever is sent.
import { createWriteStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { MultipartFile } from '@fastify/multipart';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TtsError } from '../../api/errors.ts';
import { toStorageError } from '../voices/storage-error.ts';
import type { UploadedFile } from '../voices/voices.ts';

const FILE_LIMIT_BYTES = 64 * 1024 * 1024;
const REQUEST_LIMIT_BYTES = 512 * 1024 * 1024;
const MAX_FILES = 100;

/** In a scope of its own: no other route takes forms. */
export async function acceptForms(scope: FastifyInstance): Promise<void> {
  await scope.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      fileSize: FILE_LIMIT_BYTES,
      files: MAX_FILES,
      fields: 20,
      fieldSize: 10_000,
      parts: MAX_FILES + 20,
      headerPairs: 20,
    },
  });
}

export type FormPart =
  | { field: string; value: string }
  | { field: string; file: UploadedFile }
  | { field: string; name: string; problem: string };

/**
 * The parts of a form in order. A file is gone when the next part is asked for. Throws `unsupported_media_type` when the body is no
 * form, `payload_too_large` when it goes on too long, `invalid_request` when it breaks off.
 */
export async function* receiveParts(
  request: FastifyRequest,
  makeTempPath: () => Promise<string>,
): AsyncGenerator<FormPart> {
  if (!request.isMultipart()) {
    throw new TtsError(
      'unsupported_media_type',
      'Send the file as multipart/form-data, for example: curl -F files=@clip.wav',
    );
  }
  let bytes = 0;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') yield { field: part.fieldname, value: String(part.value) };
      else {
        const path = await makeTempPath();
        try {
          bytes += await write(part, path);
          if (bytes > REQUEST_LIMIT_BYTES)
            throw tooLarge(`the files of one request have at most ${REQUEST_LIMIT_BYTES / 2 ** 20} MiB`);
          const { fieldname: field, filename: name } = part;
          if (!part.file.truncated) yield { field, file: { path, name } };
          else
            yield {
              field,
              name,
              problem: `is larger than ${FILE_LIMIT_BYTES / 2 ** 20} MiB; cut it, half a minute is enough`,
            };
        } finally {
          await unlink(path).catch(() => {});
        }
      }
    }
  } catch (error) {
    throw describe(error);
  }
}

async function write(part: MultipartFile, path: string): Promise<number> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await pipeline(part.file, file);
  return file.bytesWritten;
}

function describe(error: unknown): unknown {
  if (error instanceof TtsError) return error;
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  if (statusCode === 413) return tooLarge(`at most ${MAX_FILES} files are taken in one request`);
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code) && code !== 'ECONNRESET')
    return toStorageError(error, 'The file');
  return new TtsError('invalid_request', 'The form is damaged or breaks off before its end; send it again.', {
    cause: error,
  });
}

function tooLarge(why: string): TtsError {
  return new TtsError('payload_too_large', `Too much at once: ${why}.`);
}
