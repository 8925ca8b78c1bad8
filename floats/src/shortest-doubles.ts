// Owns 32-bit floats as numbers that other code may write: JSON.stringify then shows 0.1 and not 0.10000000149011612.
import { writeFloats } from './write-floats.ts';

/**
 * Each value as the double whose text is the shortest that reads back as the same float. For single numbers of an answer; whole
 * lists go out faster as the Float32Array itself, see `jsonBytes`. Throws RangeError at NaN and infinities.
 */
export function shortestDoubles(values: Float32Array): number[] {
  // A list of numbers is what writeFloats writes.
  return JSON.parse(writeFloats(values).toString('latin1')) as number[];
}
