// Owns what `npm start` puts into the server's environment, for those who start the server's program themselves.

/** glibc's number of pools for malloc: with one for each thread, memory that moves between threads leaves them full of holes (decisions/0038). */
export const START_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' } as const;
