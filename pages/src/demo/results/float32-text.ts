// Owns how a 32-bit float is written so that reading it gives the same float again.

/** 9 significant digits tell any two of them apart (IEEE 754-2019, section 5.12.2). */
const ENOUGH_DIGITS = 9;

/** The nearest double with the fewest significant digits that is this 32-bit float once it is rounded; it prints shortest. */
export function shortestDouble(float32: number): number {
  for (let digits = 1; digits < ENOUGH_DIGITS; digits++) {
    const candidate = Number(float32.toPrecision(digits));
    if (Math.fround(candidate) === float32) return candidate;
  }
  return Number.isFinite(float32) ? Number(float32.toPrecision(ENOUGH_DIGITS)) : float32;
}
