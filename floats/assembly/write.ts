// Owns the shortest JSON text of 32-bit floats. Source of the digits: R. Giulietti, "The Schubfach way to render doubles"
// (2020), with its tables and bounds for 32-bit floats. Must not know what the numbers are.
import { COMMA, MINUS, POINT, ZERO } from './bytes';
import { floatsAt, textAt, WINDOW_BYTES } from './memory';

/** Longest text of one float with its comma: sign, 9 digits, `e-`, 2 digits of the exponent; rounded up. */
const LONGEST_TEXT: i32 = 16;
/** Floats whose texts always fit the window. */
export const WINDOW_WRITES: i32 = WINDOW_BYTES / LONGEST_TEXT;

/** 10^(i - 31) at i, as 64 bits with the highest set, rounded up. */
const LOWEST_SCALE: i32 = -31;
const HIGHEST_SCALE: i32 = 45;
export const scalesAt: usize = memory.data((HIGHEST_SCALE - LOWEST_SCALE + 1) * 8, 16);

const EXPONENT_MASK: u32 = 0xff;
const FRACTION_BITS: u32 = 23;
const HIDDEN_BIT: u32 = 1 << FRACTION_BITS;

/**
 * Writes the window's first `length` floats as texts with commas between them. @returns bytes of text, or -1 - i when the float
 * at index i is not finite.
 */
export function write(length: i32): i32 {
  let out = textAt;
  for (let i = 0; i < length; i++) {
    const bits = load<u32>(floatsAt + (<usize>i << 2));
    if (((bits >> FRACTION_BITS) & EXPONENT_MASK) == EXPONENT_MASK) return -1 - i;
    if (i > 0) {
      store<u8>(out, COMMA);
      out++;
    }
    store<u8>(out, MINUS);
    out += bits >> 31;
    if (bits << 1 == 0) {
      store<u8>(out, ZERO);
      out++;
    } else {
      out = writeOne(bits, out);
    }
  }
  return <i32>(out - textAt);
}

/**
 * Writes one float that is neither 0 nor infinite: the shortest decimal that rounds to it, the nearest one of that length.
 * @returns where its text ends.
 */
// @ts-expect-error decorators of this kind are AssemblyScript's
@inline
function writeOne(bits: u32, start: usize): usize {
  const fraction = bits & (HIDDEN_BIT - 1);
  const biased = <i32>((bits >> FRACTION_BITS) & EXPONENT_MASK);
  const c = biased != 0 ? fraction | HIDDEN_BIT : fraction;
  const q = biased != 0 ? biased - 150 : -149;
  const isOdd = c & 1;
  // At a power of two the neighbour below is half as far.
  const isCloserBelow = <u32>(fraction == 0 && biased > 1);
  // floor(log10(2^q)), or of 3/4 of it; floor(log2(10^-k)).
  const k = (q * 1262611 - (isCloserBelow ? 524031 : 0)) >> 22;
  const shift = q + ((-k * 1741647) >> 19) + 1;
  const scale = load<u64>(scalesAt + (<usize>(-k - LOWEST_SCALE) << 3));
  // The float and the ends of what rounds to it, times 4 and 10^-k.
  const low = roundToOdd(scale, ((c << 2) - 2 + isCloserBelow) << shift) + isOdd;
  const middle = roundToOdd(scale, (c << 2) << shift);
  const high = roundToOdd(scale, ((c << 2) + 2) << shift) - isOdd;
  const whole = middle >> 2;
  const tenths = whole / 10;
  const isTenInside = low <= tenths * 40;
  const isNextTenInside = tenths * 40 + 40 <= high;
  const isShorter = <u32>(whole >= 10) & <u32>(isTenInside != isNextTenInside);
  const isBelowInside = low <= whole << 2;
  const isAboveInside = (whole << 2) + 4 <= high;
  const half = (whole << 2) + 2;
  const isAboveNearer = <u32>(middle > half) | (<u32>(middle == half) & whole & 1);
  const isAbove = select<u32>(<u32>isAboveInside, isAboveNearer, isBelowInside != isAboveInside);
  // Which of the lengths it is cannot be foreseen, so that computing both costs less than a branch.
  const digits = select<u32>(tenths + <u32>isNextTenInside, whole + isAbove, isShorter);
  return layOut(start, digits, k + isShorter);
}

/** The top 32 of 96 bits of the product, with the lowest bit set when anything below was. */
// @ts-expect-error as above
@inline
function roundToOdd(scale: u64, factor: u32): u32 {
  const low = (scale & 0xffffffff) * <u64>factor;
  const high = (scale >> 32) * <u64>factor + (low >> 32);
  return <u32>(high >> 32) | <u32>(<u32>high > 1);
}

/** Writes `digits * 10^exponent` plainly, or with an exponent where that is shorter. @returns where the text ends. */
// @ts-expect-error as above
@inline
function layOut(start: usize, digits: u32, scale: i32): usize {
  let value = digits;
  let exponent = scale;
  let ninth: u32 = 0;
  if (value >= 100000000) {
    const tenth = value / 10;
    ninth = value - tenth * 10;
    value = tenth;
    exponent++;
  }
  const padded = eightDigits(value);
  const leading = ctz(padded) & 56;
  // Zeros at the end go into the exponent.
  const trailing = ninth == 0 ? <i32>clz(padded) >> 3 : -1;
  const length = 8 - <i32>(leading >> 3) - trailing;
  const power = exponent + trailing;
  // Where the point stands, counted from the first digit.
  const point = length + power;
  let first = start;
  if (power < 0 && point <= 0) {
    // 0.012 is as short as 12e-3, but 0.0012 is not as short as 12e-4.
    if (-point <= (power > -10 ? 1 : 2)) {
      store<u32>(start, 0x30302e30);
      first = start + 2 - point;
    }
  }
  store<u64>(first, (padded >> leading) | 0x3030303030303030);
  store<u8>(first + 8, ZERO + ninth);
  if (first != start) return first + length;
  if (power == 0) return start + length;
  if (power < 0 && point > 0) {
    memory.copy(start + point + 1, start + point, length - point);
    store<u8>(start + point, POINT);
    return start + length + 1;
  }
  if (power > 0 && power <= 2) {
    // 1200 is as short as 12e2.
    store<u16>(start + length, 0x3030);
    return start + point;
  }
  let at = start + length;
  store<u8>(at, 0x65);
  at++;
  store<u8>(at, MINUS);
  at += <usize>(power < 0);
  const size = <u32>abs(power);
  if (size > 9) {
    store<u8>(at, ZERO + size / 10);
    at++;
  }
  store<u8>(at, ZERO + (size % 10));
  return at + 1;
}

/** A number under 10^8 as eight bytes of one digit each, the highest first. */
// @ts-expect-error as above
@inline
function eightDigits(value: u32): u64 {
  // Each step splits all parts at once: 10 with a multiplier that is exact for 4 and for 2 digits.
  const upper = value / 10000;
  const fours = <u64>upper | (<u64>(value - upper * 10000) << 32);
  const hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
  const twos = hundreds | ((fours - hundreds * 100) << 16);
  const tens = ((twos * 103) >> 10) & 0x000f000f000f000f;
  return tens | ((twos - tens * 10) << 8);
}
