// Owns the scan of a JSON list of numbers to 32-bit floats, 16 digits a step. It reads only what is right, and stops before
// everything else: what is wrong there is for its caller to find out. Source of the digit sums: the pairwise products that
// SIMD number parsers use since W. Muła, "SIMD-ized faster parse of IPv4 addresses and integers" (2014).
import { floatsAt, HIGHEST_POWER, LOWEST_POWER, powersAt, textAt, WINDOW_FLOATS } from './memory';

/** The nearest 64-bit float of the text from one index of the window to another, by the host's own exact reader. */
// @ts-expect-error decorators of this kind are AssemblyScript's
@external('host', 'exact')
declare function exact(from: i32, to: i32): f64;

/** Numbers written by the last scan. */
export let count: i32 = 0;
/** Whether the last scan ended behind the closing bracket. */
export let closed: bool = false;

const COMMA: u32 = 0x2c;
const MINUS: u32 = 0x2d;
const POINT: u32 = 0x2e;
const ZERO: u32 = 0x30;
const CLOSE: u32 = 0x5d;

/** 10^n for n = 0 … 16. */
const WHOLE_POWERS: usize = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
  10000000000000, 100000000000000, 1000000000000000, 10000000000000000,
]);
/** 16 zeros, then 16 ones: loaded at n, the last n bytes are kept. */
const KEEP_LAST: usize = memory.data<u64>([0, 0, -1, -1]);

// Vectors are loaded where they are used: engines build a constant anew each time, which costs more than a load.
/** Moves the ten digits to the ten lowest signed bytes. */
const TO_LOWEST: usize = memory.data<u64>([0x5050505050505050, 0x5050505050505050], 16);
const LAST_DIGIT: usize = memory.data<u64>([0x8989898989898989, 0x8989898989898989], 16);
const COMMAS: usize = memory.data<u64>([0x2c2c2c2c2c2c2c2c, 0x2c2c2c2c2c2c2c2c], 16);
const ZEROS: usize = memory.data<u64>([0x3030303030303030, 0x3030303030303030], 16);
const TENS: usize = memory.data<u8>([10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1], 16);
const HUNDREDS: usize = memory.data<u16>([100, 1, 100, 1, 100, 1, 100, 1], 16);
const TEN_THOUSANDS: usize = memory.data<u16>([10000, 1, 10000, 1, 0, 0, 0, 0], 16);

/** Powers of ten up to here are exact as 64-bit floats, as is every integer up to 2^53. */
const LAST_EXACT_POWER: i32 = 22;
const LAST_EXACT_INTEGER: u64 = 1 << 53;

/**
 * A product of digits and a power of ten carries at most 4 roundings of 2^-53 in all, and dropped digits make the true value
 * larger by less than one part in 10^13: together under 2^10 steps of a 64-bit float. Where all of that range lies on one side
 * of the middle between two 32-bit floats, the nearest 64-bit float of the text rounds as the product does.
 */
const MARGIN_STEPS: u32 = 2048;
/** The bits that a 64-bit float has more than a 32-bit one, and their value in the middle between two 32-bit floats. */
const EXTRA_BITS: u64 = 0x1fffffff;
const MIDDLE: u32 = 0x10000000;
/** From here down 32-bit floats have fewer bits, and the middle lies elsewhere. */
const SMALLEST_NORMAL: f64 = 1.1754943508222875e-38;
/** With fewer digits than this, dropped ones weigh more than MARGIN_STEPS allows. */
const LEAST_CUT: u64 = 10000000000000;
/** Digits that one step sums. */
const STEP: i32 = 16;
/** Significant digits that always fit 64 bits. */
const MOST_DIGITS: i32 = 19;

// @ts-expect-error as above
@inline
function isDigit(byte: u32): bool {
  return byte - ZERO <= 9;
}

// @ts-expect-error as above
@inline
function skipSpace(start: usize): usize {
  let at = start;
  let byte = <u32>load<u8>(at);
  while (byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09) {
    at++;
    // Pretty-printed lists have eight or more spaces in front of each number.
    while (load<u64>(at) == 0x2020202020202020) at += 8;
    byte = <u32>load<u8>(at);
  }
  return at;
}

/** Bit i is set when byte i of `bytes` is no digit. */
// @ts-expect-error as above
@inline
function others(bytes: v128): u32 {
  return i8x16.bitmask(i8x16.gt_s(i8x16.add(bytes, v128.load(TO_LOWEST)), v128.load(LAST_DIGIT)));
}

/** Bit i is set when byte i of `bytes` is a comma. */
// @ts-expect-error as above
@inline
function commas(bytes: v128): u32 {
  return i8x16.bitmask(i8x16.eq(bytes, v128.load(COMMAS)));
}

/** The integer that the last `count` (0 … 16) digits in front of `end` are. */
// @ts-expect-error as above
@inline
function sumDigits(end: usize, count: i32): u64 {
  const digits = v128.and(i8x16.sub(v128.load(end - 16), v128.load(ZEROS)), v128.load(KEEP_LAST + <usize>count));
  // Weights and digits are under 128, where the relaxed product has one meaning on every processor.
  const pairs = v128.relaxed_dot<i16>(digits, v128.load(TENS));
  const quads = i32x4.dot_i16x8_s(pairs, v128.load(HUNDREDS));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(quads, quads), v128.load(TEN_THOUSANDS));
  const both = i64x2.extract_lane(eights, 0);
  return (both & 0xffffffff) * 100000000 + (both >>> 32);
}

// @ts-expect-error as above
@inline
function isNearMiddle(near: f64): bool {
  return <u32>(reinterpret<u64>(near) & EXTRA_BITS) - (MIDDLE - MARGIN_STEPS) <= 2 * MARGIN_STEPS;
}

/**
 * Reads numbers, each with the comma or the closing bracket behind it, from the window's text. A byte 0 must stand behind the
 * text: nothing steps over it. Writes at most `room` floats; `count` and `closed` tell how it went.
 *
 * @returns the index of the first element that was not read: it goes on behind the window, does not fit, or is no plain number.
 */
export function scan(room: i32): i32 {
  const last = floatsAt + (<usize>min(room, WINDOW_FLOATS) << 2);
  let out = floatsAt;
  let at = textAt;
  closed = false;
  while (out < last) {
    let byte = <u32>load<u8>(at);
    if (byte <= 0x20) {
      at = skipSpace(at);
      byte = <u32>load<u8>(at);
    }
    const isNegative = <u32>(byte == MINUS);
    const first = at + isNegative;
    const low = v128.load(at);
    const high = v128.load(at, 16);
    // Where the next number begins depends on the comma alone: the processor goes on there while this one is summed.
    const comma = ctz(commas(low) | (commas(high) << 16));
    const odd = (others(low) | (others(high) << 16)) & ((1 << comma) - 1);
    let end = at + comma;
    let value: f32 = 0;
    let isRead = false;
    if (load<u8>(first, 1) == POINT) {
      const decimals = <i32>(comma - isNegative) - 2;
      const kept = min(decimals, STEP);
      const whole = <u32>load<u8>(first) - ZERO;
      // The sign and the point are all that is no digit.
      if (odd == 2 + 3 * isNegative && decimals > 0) {
        const mantissa = sumDigits(first + 2 + kept, kept) + <u64>whole * load<u64>(WHOLE_POWERS + (<usize>kept << 3));
        if (decimals <= STEP || mantissa >= LEAST_CUT) {
          const near = <f64>(<i64>mantissa) * load<f64>(powersAt + (<usize>(-LOWEST_POWER - kept) << 3));
          // No number of 17 digits is so small that it would be less than normal, apart from 0.
          value = isNearMiddle(near) ? settle(first, end, mantissa, -kept, decimals > STEP) : <f32>near;
          isRead = true;
        }
      }
    } else if (odd == isNegative) {
      const digits = <i32>(comma - isNegative);
      if (digits > 0 && digits <= STEP && (digits == 1 || load<u8>(first) != ZERO)) {
        value = <f32>(<f64>(<i64>sumDigits(end, digits)));
        isRead = true;
      }
    }
    if (!isRead) {
      end = readAny(first);
      if (end == 0) break;
      value = anyValue;
      end = skipSpace(end);
      const behind = <u32>load<u8>(end);
      if (behind != COMMA) {
        if (behind != CLOSE) break;
        closed = true;
      }
    }
    store<u32>(out, reinterpret<u32>(value) | (isNegative << 31));
    out += 4;
    at = end + 1;
    if (closed) break;
  }
  count = <i32>((out - floatsAt) >> 2);
  return <i32>(at - textAt);
}

let anyValue: f32 = 0;

/**
 * Reads any JSON number without its sign; `anyValue` is its value. @returns where it ends, or 0 when it is none or too large
 * for a 32-bit float.
 */
function readAny(first: usize): usize {
  let at = first;
  let mantissa: u64 = 0;
  let significant = 0;
  let exponent = 0;
  let wasCut = false;
  let digit = <u32>load<u8>(at) - ZERO;
  if (digit > 9) return 0;
  if (digit == 0) {
    at++;
    if (isDigit(load<u8>(at))) return 0;
  } else {
    do {
      if (significant < MOST_DIGITS) {
        mantissa = mantissa * 10 + digit;
        significant++;
      } else {
        exponent++;
        wasCut = true;
      }
      at++;
      digit = <u32>load<u8>(at) - ZERO;
    } while (digit <= 9);
  }
  if (load<u8>(at) == POINT) {
    at++;
    digit = <u32>load<u8>(at) - ZERO;
    if (digit > 9) return 0;
    do {
      if (significant < MOST_DIGITS) {
        mantissa = mantissa * 10 + digit;
        significant += <i32>(mantissa != 0);
        exponent--;
      } else wasCut = true;
      at++;
      digit = <u32>load<u8>(at) - ZERO;
    } while (digit <= 9);
  }
  if ((load<u8>(at) | 0x20) == 0x65) {
    at++;
    const sign = <u32>load<u8>(at);
    if (sign == MINUS || sign == 0x2b) at++;
    digit = <u32>load<u8>(at) - ZERO;
    if (digit > 9) return 0;
    let written = 0;
    do {
      // Far beyond every number of digits that a window can hold, and far below an overflow.
      if (written < 100000000) written = written * 10 + digit;
      at++;
      digit = <u32>load<u8>(at) - ZERO;
    } while (digit <= 9);
    exponent += sign == MINUS ? -written : written;
  }
  if (mantissa == 0 || exponent < LOWEST_POWER) {
    anyValue = 0;
    return at;
  }
  if (exponent > HIGHEST_POWER) return 0;
  const near = <f64>mantissa * load<f64>(powersAt + (<usize>(exponent - LOWEST_POWER) << 3));
  const isHard = near < SMALLEST_NORMAL || isNearMiddle(near);
  anyValue = isHard ? settle(first, at, mantissa, exponent, wasCut) : <f32>near;
  return anyValue == f32.POSITIVE_INFINITY ? 0 : at;
}

/** The 32-bit float of a number whose nearest 64-bit float must be known exactly. */
function settle(first: usize, end: usize, mantissa: u64, exponent: i32, wasCut: bool): f32 {
  // Two exact operands and one rounding give the nearest 64-bit float.
  if (!wasCut && mantissa <= LAST_EXACT_INTEGER && exponent >= -LAST_EXACT_POWER && exponent <= LAST_EXACT_POWER) {
    return exponent < 0
      ? <f32>(<f64>mantissa / load<f64>(powersAt + (<usize>(-exponent - LOWEST_POWER) << 3)))
      : <f32>(<f64>mantissa * load<f64>(powersAt + (<usize>(exponent - LOWEST_POWER) << 3)));
  }
  return <f32>exact(<i32>(first - textAt), <i32>(end - textAt));
}
