// Owns how memory moves between the HTTP thread and the decode workers. Knows piscina, not what is moved.
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { isLent } from '../recycled-memory.ts';

/** `value` for a message that hands over the memory of `views`; what shares its memory with others is copied instead. */
export function moving<T extends object>(value: T, views: readonly (Uint8Array | Float32Array)[]): unknown {
  const buffers = views.flatMap((view) => {
    const { buffer, byteLength } = view;
    // Node's small buffers are slices of one shared pool, which must stay.
    return buffer instanceof ArrayBuffer && (buffer.byteLength === byteLength || isLent(view)) ? [buffer] : [];
  });
  return move({ [transferableSymbol]: [...new Set(buffers)], [valueSymbol]: value });
}
