// Owns the numbers that follow from a clip's content: SHA-256 in counter mode. README.md specifies them to the bit, so that they
// can be had in any language. Must not know what they stand for.
import { createHash } from 'node:crypto';

const WORDS_PER_BLOCK = 8;

/** Words of 32 bits: block `i` is SHA-256(key ‖ i as little-endian uint32), read as 8 little-endian uint32. */
export class NumberStream {
  readonly #key: Uint8Array;
  #block = new DataView(new ArrayBuffer(0));
  #used = 0;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  word(): number {
    const index = this.#used % WORDS_PER_BLOCK;
    if (index === 0) this.#block = this.#makeBlock(this.#used / WORDS_PER_BLOCK);
    this.#used++;
    return this.#block.getUint32(index * 4, true);
  }

  /** From -1 to below 1, exact in float64. */
  number(): number {
    return this.word() / 2 ** 31 - 1;
  }

  /** From 0 to below 1, exact in float64. */
  share(): number {
    return this.word() / 2 ** 32;
  }

  /** `length` numbers of 32 bits whose squares sum to 1: each divided in float64 by the root of the sum taken in their order. */
  unitVector(length: number): Float32Array {
    const numbers = Array.from({ length }, () => this.number());
    const norm = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));
    return Float32Array.from(numbers, (value) => (norm === 0 ? 1 / Math.sqrt(length) : value / norm));
  }

  #makeBlock(index: number): DataView<ArrayBuffer> {
    const counter = new DataView(new ArrayBuffer(4));
    counter.setUint32(0, index, true);
    const digest = createHash('sha256').update(this.#key).update(counter).digest();
    return new DataView(new Uint8Array(digest).buffer);
  }
}

/** The float64 with the fewest digits that reads back as the same 32-bit float; JSON then shows those digits. */
export function shortest(float: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(float.toPrecision(digits));
    if (Math.fround(candidate) === float) return candidate;
  }
  return Number(float.toPrecision(9));
}
