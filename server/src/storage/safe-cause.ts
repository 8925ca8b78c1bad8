// Owns what may be kept of an error from a storage library: those carry request headers, tokens and answers of the other
// side. Must not know which library threw it.

const WORD = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;

/**
 * The short word that names a network or library failure, for example `ECONNREFUSED`: the error's `code`, else its name.
 * Nothing that is not one word of at most 40 characters passes.
 */
export function failureWord(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  for (const word of ['code' in error ? error.code : undefined, error.name]) {
    if (typeof word === 'string' && WORD.test(word)) return word;
  }
  return 'UNKNOWN';
}

/** A fresh error that says only what `failureWord` says; safe as a `cause` and in a log. */
export function safeCause(error: unknown): Error {
  return new Error(failureWord(error));
}
