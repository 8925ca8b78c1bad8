// Owns when two predictions count as the same one. Must not know where they came from.

/** Largest difference between one number of an embedding in a batch and alone: the order of additions may differ. */
const TOLERANCE = 1e-4;

/** Same fields and texts, and numbers within 1e-4. */
export function isSame(got: unknown, want: unknown): boolean {
  if (Array.isArray(got) && Array.isArray(want)) {
    return got.length === want.length && got.every((member, index) => isSame(member, want[index]));
  }
  if (typeof got === 'number' && typeof want === 'number') return Math.abs(got - want) <= TOLERANCE;
  if (typeof got === 'object' && got !== null && typeof want === 'object' && want !== null) {
    return isSame(Object.entries(got).flat(), Object.entries(want).flat());
  }
  return got === want;
}
