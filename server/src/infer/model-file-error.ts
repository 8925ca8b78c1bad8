// Owns the one error for a model file that cannot be served. Apart from the reader of files and from the runtime, because
// both throw it. Must not know either.

/** The model file is not what the server can run. The message names the file without its folder, and what to do. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
}
