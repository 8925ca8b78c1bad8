// Owns which algorithm these suites are about: the one whose cases they run, served alone.

/** Name of a folder in spec/algorithms and in cases/. */
export const ALGORITHM = 'hear';
