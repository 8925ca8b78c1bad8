// Owns where the pages' files lie.
import { fileURLToPath } from 'node:url';

/** This package. */
export const PAGES = fileURLToPath(new URL('../', import.meta.url));

/** The link to the build that is served. */
export const BUILT = fileURLToPath(new URL('../build/current', import.meta.url));

export const GENERATED = fileURLToPath(new URL('../../generated/', import.meta.url));

/** The page that is also given out as one file, and that file in the build. */
export const STANDALONE = { source: 'demo.html', built: 'standalone.html' } as const;
