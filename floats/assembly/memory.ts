// Owns where things stand in the module's memory. The binding fills the tables and the windows; addresses are told to it by
// the exported globals. Must not know how they are used.

/** Bytes of JSON text that one call sees. */
export const WINDOW_BYTES: i32 = 65536;
/** Wide loads may touch this much on either side of the text. */
export const MARGIN_BYTES: i32 = 64;
/** A number and its comma take two bytes at least, so a window cannot hold more. */
export const WINDOW_FLOATS: i32 = WINDOW_BYTES / 2;

/** Text window, with a margin on both sides. */
export const textAt: usize = memory.data(MARGIN_BYTES + WINDOW_BYTES + MARGIN_BYTES, 16) + MARGIN_BYTES;
/** Bytes of the window whose commas are listed at once: few enough to be still in the nearest cache when the numbers are read. */
export const BLOCK_BYTES: i32 = 4096;
/** Bytes of one listed comma, and of the float of the number behind it. */
export const EACH: usize = 4;
/** Where commas stand: the one in front of all numbers, one that was left, those of a block, and some that may be written too much. */
export const commasAt: usize = memory.data((BLOCK_BYTES + 16) * 4, 16);
/** 32-bit floats, as many as the text window can hold. */
export const floatsAt: usize = memory.data(WINDOW_FLOATS * 4, 16);

/** Powers of ten as nearest 64-bit floats: 10^(i + LOWEST_POWER) at i. Outside of them a number of 19 digits is 0 or too large. */
export const LOWEST_POWER: i32 = -70;
export const HIGHEST_POWER: i32 = 40;
export const powersAt: usize = memory.data((HIGHEST_POWER - LOWEST_POWER + 1) * 8, 16);

/** Where 10^exponent stands. */
// @ts-expect-error decorators of this kind are AssemblyScript's
@inline
export function powerAt(exponent: i32): usize {
  return powersAt + (<usize>(exponent - LOWEST_POWER) << 3);
}
