// Owns one setting of V8 for this process. Must not know what the process does.
import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's space for new objects at the 1 MB that it begins with. What Node reads from a socket lies outside of the heap and
 * is freed when its small handle is collected: with a larger space that happens so seldom that the memory outside passes V8's
 * limit first, which starts collections of the whole heap, dozens a second under load. Applies to threads started later, too.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
