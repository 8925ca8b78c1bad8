// Owns the reading of what sound is mostly written as: a sign or none, one digit, a point, decimals. Two numbers are read at a time,
// from where the commas stand: a processor computes several pairs at once, as none waits for where another ends. It stops before
// all other numbers.
import { EXTRA_BITS, MIDDLE } from './any-number';
import { COMMA, MINUS, POINT, SPACE } from './bytes';
import { areDigits, digitValues, lastDigits, STEP, sumEights } from './digits';
import { EACH, powerAt } from './memory';

/** More decimals than this are left to others. */
const MOST_DECIMALS: u32 = 32;
const LOWEST_BYTES: usize = memory.data<u32>([0xff, 0xff, 0, 0], 16);
const HUNDRED_MILLIONS: usize = memory.data<f64>([100000000, 100000000], 16);

/**
 * What is computed carries at most 6 roundings of 2^-53, and with the decimals behind the 16th, which are dropped, the true
 * value is larger by up to 10^-16, which is one part in 10^10 of a LEAST_CUT: together under 2^20 steps of a 64-bit float. Where all of that
 * range lies on one side of the middle between two 32-bit floats, the nearest 64-bit float of the text rounds as the result does.
 */
const MARGIN_STEPS: i32 = 1 << 20;
const LEAST_CUTS: usize = memory.data<f64>([1e-6, 1e-6], 16);
/** Added to the extra bits, it makes them less than two margins where they are near the middle: then none of the higher ones is set. */
const TO_LOWEST: i32 = MARGIN_STEPS - MIDDLE;
const HIGHER_BITS: i32 = EXTRA_BITS - (2 * MARGIN_STEPS - 1);
const TO_LOWESTS: usize = memory.data<i32>([TO_LOWEST, 0, TO_LOWEST, 0], 16);
const HIGHERS: usize = memory.data<i32>([HIGHER_BITS, 0, HIGHER_BITS, 0], 16);
const NO_HIGHERS: usize = memory.data<i32>([0, -1, 0, -1], 16);

/** 1 for a minus, else 0. By arithmetic: a comparison's result goes to a part of a register, and would wait for what that held. */
// @ts-expect-error decorators of this kind are AssemblyScript's
@inline
function signAt(at: usize): u32 {
  return ((<u32>load<u8>(at) ^ MINUS) - 1) >>> 31;
}

/** Whether what begins at `start` may be one of a pair. */
export function beginsPair(start: usize): bool {
  return load<u8>(start + signAt(start), 1) == POINT;
}

/**
 * Reads pairs of numbers as long as both are usual and begin `gap` bytes behind the comma in front of them: 1, or 2 with a space
 * between. The float of the number behind a comma goes `toFloats` bytes behind where the comma is listed.
 *
 * @returns where the comma is listed that stands in front of the first number that was not read
 */
export function readPairs(list: usize, listEnd: usize, toFloats: usize, gap: usize): usize {
  const separator = gap == 1 ? COMMA : SPACE;
  let comma = list;
  while (comma + 2 * EACH < listEnd) {
    const aStart = <usize>load<u32>(comma) + gap;
    const aEnd = <usize>load<u32>(comma, EACH);
    const bStart = aEnd + gap;
    const bEnd = <usize>load<u32>(comma, 2 * EACH);
    const aSign = signAt(aStart);
    const bSign = signAt(bStart);
    const a = aStart + aSign;
    const b = bStart + bSign;
    const aDecimals = <i32>(aEnd - a) - 2;
    const bDecimals = <i32>(bEnd - b) - 2;
    if (load<u8>(aStart - 1) != separator) break;
    if (load<u8>(bStart - 1) != separator) break;
    if (load<u8>(a, 1) != POINT) break;
    if (load<u8>(b, 1) != POINT) break;
    if (<u32>(aDecimals - 1) >= MOST_DECIMALS) break;
    if (<u32>(bDecimals - 1) >= MOST_DECIMALS) break;
    let aKept = aDecimals;
    let bKept = bDecimals;
    let aLast = aEnd;
    let bLast = bEnd;
    // Branches, so that the usual number does not wait for a comparison.
    if (aDecimals > STEP) {
      if (!areDigits(lastDigits(aEnd, STEP))) break;
      aKept = STEP;
      aLast = a + 2 + STEP;
    }
    if (bDecimals > STEP) {
      if (!areDigits(lastDigits(bEnd, STEP))) break;
      bKept = STEP;
      bLast = b + 2 + STEP;
    }
    const aDigits = lastDigits(aLast, aKept);
    const bDigits = lastDigits(bLast, bKept);
    const heads = v128.load_lane<u32>(b, v128.load_zero<u32>(a), 1);
    const wholes = v128.and(digitValues(heads), v128.load(LOWEST_BYTES));
    if (!areDigits(i8x16.max_u(i8x16.max_u(aDigits, bDigits), wholes))) break;
    const eights = sumEights(aDigits, bDigits);
    const high = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(eights, eights, 0, 2, 0, 2));
    const low = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(eights, eights, 1, 3, 1, 3));
    const powers = v128.load_lane<f64>(powerAt(-bKept), v128.load_zero<f64>(powerAt(-aKept)), 1);
    const near = f64x2.add(
      f64x2.mul(f64x2.add(f64x2.mul(high, v128.load(HUNDRED_MILLIONS)), low), powers),
      f64x2.convert_low_i32x4_s(wholes),
    );
    const higher = v128.and(i32x4.add(near, v128.load(TO_LOWESTS)), v128.load(HIGHERS));
    if (i32x4.bitmask(i32x4.eq(higher, v128.load(NO_HIGHERS))) != 0) break;
    if (max(aDecimals, bDecimals) > STEP) {
      if (v128.any_true(f64x2.lt(near, v128.load(LEAST_CUTS)))) break;
    }
    const signs = i32x4.shl(i32x4.replace_lane(i32x4.splat(aSign), 1, bSign), 31);
    v128.store_lane<u64>(comma + toFloats, v128.or(f32x4.demote_f64x2_zero(near), signs), 0);
    comma += 2 * EACH;
  }
  return comma;
}
