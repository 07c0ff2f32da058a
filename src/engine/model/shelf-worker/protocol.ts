// The messages between the daemon and the process that pulls or adds a model.
import type { ErrorCode } from '../../../api/errors.ts';
import type { Progress } from '../download/pull-model.ts';
import type { ModelManifest } from '../manifest.ts';

export type ShelfTask =
  | { kind: 'pull'; modelsDir: string; manifest: ModelManifest; mirror: string; stallMs: number }
  | {
      kind: 'add';
      modelsDir: string;
      archive: string;
      catalogue: ModelManifest[];
      id: string | undefined;
      taken: string[];
    };

export type FromShelfWorker =
  | ({ type: 'progress' } & Progress)
  | { type: 'done'; dir: string }
  /** `code` is null for an error that nobody foresaw. */
  | { type: 'failed'; code: ErrorCode | null; message: string };
