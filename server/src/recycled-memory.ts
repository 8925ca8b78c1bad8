// Owns memory that is used again and again in one thread: bodies, files and rows of samples. Each thread has its own. Without it
// every clip leaves hundreds of kilobytes outside of V8's heap behind, and V8 answers that with whole collections, which cost
// more than all the rest of a call. Must not know what the bytes mean.

/** Smaller pieces are left to the garbage collector. */
const SMALLEST_BYTES = 16 * 1024;
/** Most that lies idle in one thread: the bodies and rows of some large calls. */
const MOST_IDLE_BYTES = 32 * 1024 * 1024;
/** How long a piece may lie idle before it is freed; twice that at most. */
const LOOK_EVERY_MS = 10_000;
/** Each power of two is divided into so many sizes, so that at most a fifth of a piece is wasted. */
const SIZES_PER_DOUBLING = 4;

/** The idle pieces of one size. */
interface Shelf {
  /** Those that were given back last stand at the end, and are taken first. */
  readonly pieces: ArrayBuffer[];
  /** The lowest number of pieces since the last look: so many were not needed. */
  fewest: number;
}

const idle = new Map<number, Shelf>();
let idleBytes = 0;
let looking: NodeJS.Timeout | undefined;
/** What was given out and may come back. */
const lent = new WeakSet<ArrayBufferLike>();

/** `length` bytes that hold what they held before: whoever takes them writes each before it is read. */
export function takeBytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(take(length), 0, length);
}

/** `length` numbers that hold what they held before, as `takeBytes`. */
export function takeFloats(length: number): Float32Array<ArrayBuffer> {
  return new Float32Array(take(length * Float32Array.BYTES_PER_ELEMENT), 0, length);
}

/**
 * Lets the memory of `view` be taken by others: nobody may read or write it any more. Memory from elsewhere, or given back before,
 * is left alone; so is what would be too much to keep.
 */
export function giveBack({ buffer }: Uint8Array | Float32Array): void {
  // Not in the set: also what was moved to another thread, for which this thread has a new object when it comes back.
  if (!(buffer instanceof ArrayBuffer) || !lent.delete(buffer) || buffer.byteLength < SMALLEST_BYTES) return;
  if (idleBytes + buffer.byteLength > MOST_IDLE_BYTES) return;
  idleBytes += buffer.byteLength;
  const shelf = idle.get(buffer.byteLength);
  if (shelf === undefined) idle.set(buffer.byteLength, { pieces: [buffer], fewest: 0 });
  else shelf.pieces.push(buffer);
  looking ??= setInterval(freeUnneeded, LOOK_EVERY_MS).unref();
}

/** Whether `view` may be given back here: then it alone uses its memory, of which it may be only the front. */
export function isLent({ buffer }: Uint8Array | Float32Array): boolean {
  return lent.has(buffer);
}

/** Makes memory that came from another thread's `take…` this thread's own, so that it can be given back here. */
export function adopt<View extends Uint8Array | Float32Array>(view: View): View {
  lent.add(view.buffer);
  return view;
}

/** At most `most` idle pieces that can hold `length` numbers, for a thread that will need them. */
export function takeIdleFloats(length: number, most: number): Float32Array[] {
  const size = sizeFor(length * Float32Array.BYTES_PER_ELEMENT);
  const taken: Float32Array[] = [];
  while (taken.length < most) {
    const buffer = takeIdle(size);
    if (buffer === undefined) break;
    lent.add(buffer);
    taken.push(new Float32Array(buffer));
  }
  return taken;
}

function take(bytes: number): ArrayBuffer {
  const size = sizeFor(bytes);
  // Not filled with zeros: it is written before it is read, like every piece that is used again.
  const buffer = takeIdle(size) ?? Buffer.allocUnsafeSlow(size).buffer;
  lent.add(buffer);
  return buffer;
}

function takeIdle(size: number): ArrayBuffer | undefined {
  const shelf = idle.get(size);
  const buffer = shelf?.pieces.pop();
  if (shelf === undefined || buffer === undefined) return undefined;
  shelf.fewest = Math.min(shelf.fewest, shelf.pieces.length);
  idleBytes -= size;
  return buffer;
}

/** Without it a thread would keep what its busiest moment needed, in every size that ever came. */
function freeUnneeded(): void {
  for (const [size, shelf] of idle) {
    idleBytes -= size * shelf.pieces.splice(0, shelf.fewest).length;
    shelf.fewest = shelf.pieces.length;
    if (shelf.fewest === 0) idle.delete(size);
  }
  if (idle.size > 0) return;
  clearInterval(looking);
  looking = undefined;
}

function sizeFor(bytes: number): number {
  if (bytes < SMALLEST_BYTES) return bytes;
  const step = 2 ** Math.floor(Math.log2(bytes)) / SIZES_PER_DOUBLING;
  return Math.ceil(bytes / step) * step;
}
