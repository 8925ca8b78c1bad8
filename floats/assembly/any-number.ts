// Owns the reading of one JSON number of whatever form to the nearest 32-bit float, a digit a step. The usual ones are read in
// scan.ts.
import { MINUS, POINT, ZERO } from './bytes';
import { HIGHEST_POWER, LOWEST_POWER, powerAt, textAt } from './memory';

/** The nearest 64-bit float of the text from one index of the window to another, by the host's own exact reader. */
// @ts-expect-error decorators of this kind are AssemblyScript's
@external('host', 'exact')
declare function exact(from: i32, to: i32): f64;

/** Powers of ten up to here are exact as 64-bit floats, as is every integer up to 2^53. */
const LAST_EXACT_POWER: i32 = 22;
const LAST_EXACT_INTEGER: u64 = 1 << 53;
/** Significant digits that always fit 64 bits. */
const MOST_DIGITS: i32 = 19;

/**
 * A product of digits and a power of ten carries at most 6 roundings of 2^-53 in all, and digits behind the 19th, which are
 * dropped, make the true value larger by less than one part in 10^18: together under 2^10 steps of a 64-bit float. Where all of
 * that range lies on one side of the middle between two 32-bit floats, the nearest 64-bit float of the text rounds as the product does.
 */
const MARGIN_STEPS: u32 = 2048;
/** The bits that a 64-bit float has more than a 32-bit one, and their value in the middle between two 32-bit floats. */
export const EXTRA_BITS: i32 = 0x1fffffff;
export const MIDDLE: i32 = 0x10000000;
/** From here down 32-bit floats have fewer bits, and the middle lies elsewhere. */
const SMALLEST_NORMAL: f64 = 1.1754943508222875e-38;

// @ts-expect-error as above
@inline
function isDigit(byte: u32): bool {
  return byte - ZERO <= 9;
}

// @ts-expect-error as above
@inline
export function isNearMiddle(near: f64): bool {
  return <u32>(<i32>reinterpret<u64>(near) & EXTRA_BITS) - (<u32>MIDDLE - MARGIN_STEPS) <= 2 * MARGIN_STEPS;
}

/** The number that `readAny` read last. */
export let anyValue: f32 = 0;

/**
 * Reads any JSON number without its sign; `anyValue` is its value. @returns where it ends, or 0 when it is none or too large
 * for a 32-bit float.
 */
export function readAny(first: usize): usize {
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
  const near = <f64>mantissa * load<f64>(powerAt(exponent));
  const isHard = near < SMALLEST_NORMAL || isNearMiddle(near);
  anyValue = isHard ? settle(first, at, mantissa, exponent, wasCut) : <f32>near;
  return anyValue == f32.POSITIVE_INFINITY ? 0 : at;
}

/** The 32-bit float of a number whose nearest 64-bit float must be known exactly. */
function settle(first: usize, end: usize, mantissa: u64, exponent: i32, wasCut: bool): f32 {
  // Two exact operands and one rounding give the nearest 64-bit float.
  if (!wasCut && mantissa <= LAST_EXACT_INTEGER && exponent >= -LAST_EXACT_POWER && exponent <= LAST_EXACT_POWER) {
    return exponent < 0
      ? <f32>(<f64>mantissa / load<f64>(powerAt(-exponent)))
      : <f32>(<f64>mantissa * load<f64>(powerAt(exponent)));
  }
  return <f32>exact(<i32>(first - textAt), <i32>(end - textAt));
}
