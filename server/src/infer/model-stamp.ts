// Owns whether a model's files are still those that were read before. Must not know what is in them.
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ModelFileError } from './model-file-error.ts';

/** The files of one model and what told them apart when their content was read. */
export interface ModelStamp {
  readonly paths: readonly string[];
  readonly value: string;
}

/**
 * Device, inode, size and time of each file: any of them changes when a file is replaced or written.
 * @throws the system's error when one cannot be read.
 */
export async function stampOf(paths: readonly string[]): Promise<ModelStamp> {
  const facts = await Promise.all(
    paths.map(async (path) => {
      const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
      return [dev, ino, size, mtimeNs].join(':');
    }),
  );
  return { paths, value: facts.join(' ') };
}

/**
 * Keeps a worker that starts later from computing with another model under the name of the first.
 * @throws ModelFileError when a file is gone or differs.
 */
export async function requireUnchanged(stamp: ModelStamp): Promise<void> {
  const now = await stampOf(stamp.paths).catch(() => undefined);
  if (now?.value === stamp.value) return;
  throw new ModelFileError(
    `The files of model ${basename(stamp.paths[0] ?? '')} were replaced, changed or removed since they were read, so no worker can start from them. Reload the model.`,
  );
}
