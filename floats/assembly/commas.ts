// Owns the search for the commas of a text, 64 bytes a step. Must not know what stands between them.
import { BLOCK_BYTES, EACH } from './memory';

const COMMAS: usize = memory.data<u64>([0x2c2c2c2c2c2c2c2c, 0x2c2c2c2c2c2c2c2c], 16);

/** Bit i is set when byte i of `bytes` is a comma. */
// @ts-expect-error decorators of this kind are AssemblyScript's
@inline
function commasIn(bytes: v128): u64 {
  return <u64>i8x16.bitmask(i8x16.eq(bytes, v128.load(COMMAS)));
}

/**
 * Writes to `list` where commas stand in the block that begins at `block`, or some bytes behind `textEnd`.
 *
 * @returns the end of the list
 */
export function listCommas(block: usize, textEnd: usize, list: usize): usize {
  const end = min(block + BLOCK_BYTES, textEnd);
  let out = list;
  for (let at = block; at < end; at += 64) {
    const low = commasIn(v128.load(at)) | (commasIn(v128.load(at, 16)) << 16);
    const high = commasIn(v128.load(at, 32)) | (commasIn(v128.load(at, 48)) << 16);
    let commas = low | (high << 32);
    const next = out + <usize>popcnt(commas) * EACH;
    // Five at once, whether or not they are there: a wrong guess of how many would cost more. What is too much is written over.
    while (commas != 0) {
      store<u32>(out, at + <usize>ctz(commas));
      commas &= commas - 1;
      store<u32>(out, at + <usize>ctz(commas), EACH);
      commas &= commas - 1;
      store<u32>(out, at + <usize>ctz(commas), 2 * EACH);
      commas &= commas - 1;
      store<u32>(out, at + <usize>ctz(commas), 3 * EACH);
      commas &= commas - 1;
      store<u32>(out, at + <usize>ctz(commas), 4 * EACH);
      commas &= commas - 1;
      out += 5 * EACH;
    }
    out = next;
  }
  return out;
}
