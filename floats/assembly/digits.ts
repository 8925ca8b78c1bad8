// Owns digits that become integers, 16 a step. Source: the pairwise products that SIMD number parsers use since W. Muła,
// "SIMD-ized faster parse of IPv4 addresses and integers" (2014). Must not know signs or points.

// Vectors are loaded where they are used: engines build a constant anew each time, which costs more than a load.
const ZEROS: usize = memory.data<u64>([0x3030303030303030, 0x3030303030303030], 16);
/** Added to a digit's value with saturation, it sets the highest bit of whatever is more than 9. */
const BEYOND_NINE: usize = memory.data<u64>([0x7676767676767676, 0x7676767676767676], 16);
const TENS: usize = memory.data<u8>([10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1], 16);
const HUNDREDS: usize = memory.data<u16>([100, 1, 100, 1, 100, 1, 100, 1], 16);
const TEN_THOUSANDS: usize = memory.data<u16>([10000, 1, 10000, 1, 10000, 1, 10000, 1], 16);
/** 16 zeros, then 16 times all bits: loaded at n, the last n bytes are kept. */
const KEEP_LAST: usize = memory.data<u64>([0, 0, -1, -1]);

/** Digits that one step sums. */
export const STEP: i32 = 16;

/** The values of bytes as digits: more than 9 for what is none. */
// @ts-expect-error decorators of this kind are AssemblyScript's
@inline
export function digitValues(bytes: v128): v128 {
  return v128.xor(bytes, v128.load(ZEROS));
}

/** The values of the last `count` (0 … 16) bytes in front of `end`, and 0 for the others. */
// @ts-expect-error as above
@inline
export function lastDigits(end: usize, count: i32): v128 {
  return v128.and(digitValues(v128.load(end - STEP)), v128.load(KEEP_LAST + <usize>count));
}

// @ts-expect-error as above
@inline
export function areDigits(values: v128): bool {
  return i8x16.bitmask(i8x16.add_sat_u(values, v128.load(BEYOND_NINE))) == 0;
}

/** Two times 16 digits as four integers of eight digits: the higher and the lower of `a`, then those of `b`. */
// @ts-expect-error as above
@inline
export function sumEights(a: v128, b: v128): v128 {
  // Weights and digits are under 128, where the relaxed product has one meaning on every processor.
  const aFours = i32x4.dot_i16x8_s(v128.relaxed_dot<i16>(a, v128.load(TENS)), v128.load(HUNDREDS));
  const bFours = i32x4.dot_i16x8_s(v128.relaxed_dot<i16>(b, v128.load(TENS)), v128.load(HUNDREDS));
  return i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(aFours, bFours), v128.load(TEN_THOUSANDS));
}

/** 16 digits as one integer. */
export function sumDigits(digits: v128): i64 {
  const eights = i64x2.extract_lane(sumEights(digits, digits), 0);
  return (eights & 0xffffffff) * 100000000 + (eights >>> 32);
}
