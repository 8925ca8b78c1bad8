// Owns where the repository lies, since the server runs from its root and the contract stands in it.

/** Absolute, without a slash at the end. */
export const repositoryRoot = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
