// Owns splitting sounds over calls by count and by bytes, and running these side by side within a bound.

/** `{"instances":[]}`. */
const ENVELOPE_BYTES = 16;

/** In order, each call as full as the limits allow. @param {readonly Piece[]} pieces @param {PredictSchemata.Limits} limits */
function split(pieces, { maxInstances, maxBodyBytes }) {
  /** @type {Piece[][]} */
  const calls = [];
  /** @type {Piece[]} */
  const tooLong = [];
  let bytes = 0;
  for (const piece of pieces) {
    const last = calls[calls.length - 1];
    if (ENVELOPE_BYTES + piece.bytes > maxBodyBytes) {
      tooLong.push(piece);
    } else if (last !== undefined && last.length < maxInstances && bytes + piece.bytes + 1 <= maxBodyBytes) {
      last.push(piece);
      // One more for the comma.
      bytes += piece.bytes + 1;
    } else {
      calls.push([piece]);
      bytes = ENVELOPE_BYTES + piece.bytes;
    }
  }
  return { calls, tooLong };
}

/**
 * Runs `run` on each item, at most `limit` at once; the first failure ends it.
 *
 * @template T
 * @param {readonly T[]} items
 * @param {number} limit
 * @param {(item: T) => Promise<void>} run
 */
async function parallel(items, limit, run) {
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < items.length && !failed) {
      try {
        await run(items[next++]);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, limit), items.length) }, lane));
}
