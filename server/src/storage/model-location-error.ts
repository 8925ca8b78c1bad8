// Owns the error for a model that cannot be found or fetched at start. Must not know where models are stored.

/**
 * Start-up failure of `--model` / AIP_STORAGE_URI, for the operator to read. Names objects and base names of files, never a
 * path of the host or a credential.
 */
export class ModelLocationError extends Error {
  override readonly name = 'ModelLocationError';

  /** @param came follows "but"; @param repair is a whole sentence; @param cause must already be safe to log. */
  constructor(expected: string, came: string, repair: string, cause?: Error) {
    super(`Expected ${expected}, but ${came}. ${repair}`, cause === undefined ? undefined : { cause });
  }
}
