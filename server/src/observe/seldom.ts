// Owns how something that may happen thousands of times a second is told of a few times a minute. Must not know what it is.

/** At once for the first, then every so often. */
const INTERVAL_MS = 10_000;

/** A function that counts its calls and tells of them: of the first at once, of later ones together, at most every ten seconds. */
export function seldom(tell: (count: number) => void, intervalMs = INTERVAL_MS): () => void {
  let count = 0;
  let quiet = false;
  const flush = (): void => {
    quiet = count > 0;
    if (!quiet) return;
    tell(count);
    count = 0;
    setTimeout(flush, intervalMs).unref();
  };
  return () => {
    count += 1;
    if (!quiet) flush();
  };
}
