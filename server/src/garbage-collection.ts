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
 * Takes note of `bytes` outside of the heap that nobody needs any more, such as a chunk from a socket. It is freed when its handle is
 * found dead; but handles are so small that the space for new objects, whose collection is quick, hardly fills with them.
 */
export function leaveBehind(bytes: number): void {
  leftBehindBytes += bytes;
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
