// Owns the error for an execution provider that this machine lacks. Apart from the runtime, so that whoever catches it need not
// load that.

/** The execution provider cannot be used here. The message says what to do. */
export class ExecutionProviderError extends Error {
  override readonly name = 'ExecutionProviderError';
}
