// Owns when V8 collects garbage in this process, whose heap is small while hundreds of kilobytes outside of it, which Node reads from
// sockets, come and go with each call. Must not know what a call is.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Memory outside of the heap that may lie around before it is collected: some large bodies, and well below V8's own limit. */
const MOST_LEFT_BEHIND_BYTES = 16 * 1024 * 1024;

let leftBehindBytes = 0;
let collectYoung: (() => void) | undefined;

/**
 * Lets V8 collect the whole heap only when it is three times what the last collection left, which are tens of megabytes. With its
 * defaults it counts memory from sockets as growth, and answers with such collections dozens of times a second under load.
 */
export function collectSeldom(): void {
  setFlagsFromString('--heap-growing-percent=200');
}

/**
 * Lets go of a chunk that nobody reads any more. Its memory is freed at once, so that the next chunk is copied to where the processor's
 * cache still is; other views of the same memory are empty then, so what the chunk is only a part of is left to the collector. That would
 * not come for long: it goes by the handles, which are so small that the space for new objects hardly fills with them.
 */
export function letGo(chunk: Uint8Array): void {
  const { buffer, byteLength } = chunk;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) {
    buffer.transfer(0);
    return;
  }
  leftBehindBytes += byteLength;
  if (leftBehindBytes < MOST_LEFT_BEHIND_BYTES) return;
  leftBehindBytes = 0;
  collectYoung ??= youngCollector();
  collectYoung();
}

/** V8's own collector, which it shows to contexts that are made while the flag is set. */
function youngCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  return typeof gc === 'function' ? () => gc({ type: 'minor' }) : () => {};
}
