// Owns which algorithm the suites about the server itself use; the case files run for every algorithm that there is.

/** Name of a folder in spec/algorithms and in cases/. */
export const ALGORITHM = 'hear';
