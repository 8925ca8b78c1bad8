// Owns the scan of a JSON list of numbers to 32-bit floats. It reads only what is right, and stops before everything else: what is
// wrong there is for its caller to find out.
import { anyValue, isNearMiddle, readAny } from './any-number';
import { CLOSE, MINUS, POINT, SPACE, ZERO } from './bytes';
import { listCommas } from './commas';
import { areDigits, lastDigits, STEP, sumDigits } from './digits';
import { BLOCK_BYTES, commasAt, EACH, floatsAt, powerAt, textAt, WINDOW_FLOATS } from './memory';
import { beginsPair, readPairs } from './pairs';

/** Numbers written by the last scan. */
export let count: i32 = 0;
/** Whether the last scan ended behind the closing bracket. */
export let closed: bool = false;

function skipSpace(start: usize): usize {
  let at = start;
  let byte = <u32>load<u8>(at);
  while (byte == SPACE || byte == 0x0a || byte == 0x0d || byte == 0x09) {
    at++;
    // Pretty-printed lists have eight or more spaces in front of each number.
    while (load<u64>(at) == 0x2020202020202020) at += 8;
    byte = <u32>load<u8>(at);
  }
  return at;
}

/**
 * The number from `first` to `end` when that is an integer, or one digit with a point and decimals, of up to 16 digits in a row;
 * else NaN.
 */
function usualNumber(first: usize, end: usize): f32 {
  const length = <i32>(end - first);
  const head = <u32>load<u8>(first) - ZERO;
  if (load<u8>(first, 1) != POINT) {
    if (<u32>(length - 1) >= <u32>STEP || (head == 0 && length > 1)) return NaN;
    const digits = lastDigits(end, length);
    return areDigits(digits) ? <f32>(<f64>sumDigits(digits)) : NaN;
  }
  const decimals = length - 2;
  if (<u32>(decimals - 1) >= <u32>STEP || head > 9) return NaN;
  const digits = lastDigits(end, decimals);
  if (!areDigits(digits)) return NaN;
  const near = <f64>sumDigits(digits) * load<f64>(powerAt(-decimals)) + <f64>head;
  return isNearMiddle(near) ? NaN : <f32>near;
}

/**
 * Reads any number, with white space around it, and writes its float to `out`; quickly when it is a usual one that ends at `end`.
 *
 * @returns the index of what is behind it, or 0 when it is no number
 */
function readOne(start: usize, end: usize, out: usize): usize {
  const at = skipSpace(start);
  const isNegative = <u32>(load<u8>(at) == MINUS);
  const first = at + isNegative;
  let value = usualNumber(first, end);
  let behind = end;
  if (isNaN(value)) {
    behind = readAny(first);
    if (behind == 0) return 0;
    behind = skipSpace(behind);
    value = anyValue;
  }
  store<u32>(out, reinterpret<u32>(value) | (isNegative << 31));
  return behind;
}

/**
 * Reads numbers, each with the comma or the closing bracket behind it, from the `length` bytes of the window's text. A byte 0
 * must stand behind the text: nothing steps over it. Writes at most `room` floats; `count` and `closed` tell how it went.
 *
 * @returns the index of the first element that was not read: it goes on behind the window, does not fit, or is no plain number.
 */
export function scan(length: i32, room: i32): i32 {
  const textEnd = textAt + <usize>length;
  const floatsEnd = floatsAt + <usize>min(room, WINDOW_FLOATS) * EACH;
  let out = floatsAt;
  // The first listed is the comma in front of all that is to be read. At first it is outside of the window, or there is none.
  let listEnd = commasAt + EACH;
  store<u32>(commasAt, textAt - 1);
  let isPlain = true;
  for (let block = textAt; block < textEnd; block += BLOCK_BYTES) {
    const firstNew = listEnd;
    listEnd = listCommas(block, textEnd, listEnd);
    const fitting = commasAt + EACH + (floatsEnd - out);
    const isFull = listEnd >= fitting;
    if (isFull) listEnd = fitting;
    // Lists have a space behind each comma, or none: where that is not so, numbers are read one by one.
    const gap: usize = load<u8>(load<u32>(firstNew), 1) == SPACE ? 2 : 1;
    const toFloats = out - commasAt;
    let comma = commasAt;
    while (isPlain && comma + 2 * EACH < listEnd) {
      comma = readPairs(comma, listEnd, toFloats, gap);
      while (comma + 2 * EACH < listEnd) {
        const end = <usize>load<u32>(comma, EACH);
        isPlain = readOne(<usize>load<u32>(comma) + 1, end, comma + toFloats) == end;
        if (!isPlain) break;
        comma += EACH;
        if (beginsPair(<usize>load<u32>(comma) + gap)) break;
      }
    }
    out = comma + toFloats;
    // One number at most is left, to be paired with the first of the next block.
    store<u64>(commasAt, load<u64>(comma));
    listEnd = commasAt + (listEnd - comma);
    if (!isPlain || isFull) break;
  }
  let at = <usize>load<u32>(commasAt) + 1;
  if (isPlain && commasAt + EACH < listEnd) {
    const end = <usize>load<u32>(commasAt, EACH);
    if (readOne(at, end, out) == end) {
      at = end + 1;
      out += EACH;
    }
  }
  closed = false;
  if (out < floatsEnd) {
    const end = readOne(at, at, out);
    closed = end != 0 && load<u8>(end) == CLOSE;
    if (closed) {
      at = end + 1;
      out += EACH;
    }
  }
  count = <i32>((out - floatsAt) / EACH);
  return <i32>(at - textAt);
}
