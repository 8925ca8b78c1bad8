// Owns the fast way from the text of a JSON list of numbers to 32-bit floats. It only takes plain lists that fit; for
// anything else it gives up without a reason, and the caller finds out why. Must not know the contract.

export interface FloatScan {
  /** Index behind the closing bracket; -1 when the list is not one of at most `out.length` finite numbers. */
  readonly end: number;
  /** Numbers written to `out`. */
  readonly count: number;
}

/** Powers of ten as 64-bit floats, exact up to 1e22. */
const POWERS_OF_TEN = Float64Array.from({ length: 309 }, (_, exponent) => Number(`1e${exponent}`));
const LAST_EXACT_POWER = 22;
/** Up to here every integer is a 64-bit float. */
const LAST_EXACT_MANTISSA = 2 ** 53;
/** Keeps the number of inexact steps under 130, hence their error under 2^-46. */
const LARGEST_MANTISSA = 1e60;
const ERROR_BOUND = 2 ** -44;

/**
 * Reads the numbers of one JSON list into `out`; `start` is the index behind the opening bracket. Each element becomes what
 * `Math.fround(JSON.parse(text))` gives, bit for bit. A number that rounds to a 32-bit infinity ends the scan.
 */
export function scanFloats(bytes: Buffer, start: number, out: Float32Array): FloatScan {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lastQuad = bytes.length - 4;
  let at = start;
  let count = 0;
  let byte = bytes[at] ?? 0;
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at] ?? 0;
  if (byte === 0x5d) return { end: at + 1, count };

  while (count < out.length) {
    const first = at;
    const negative = byte === 0x2d;
    if (negative) byte = bytes[++at] ?? 0;

    // All digits as one integer. A 64-bit float holds 15 of them exactly, and more with an error that is bounded below.
    let mantissa = byte - 0x30;
    if (mantissa < 0 || mantissa > 9) break;
    byte = bytes[++at] ?? 0;
    if (mantissa !== 0) {
      while (byte >= 0x30 && byte <= 0x39) {
        mantissa = mantissa * 10 + (byte - 0x30);
        byte = bytes[++at] ?? 0;
      }
    }
    let exponent = 0;
    if (byte === 0x2e) {
      const firstDecimal = ++at;
      // Four digits at once: every byte is 0x30 … 0x39 when its high half is 3 and adding 6 does not carry into it.
      while (at <= lastQuad) {
        let quad = view.getInt32(at, true);
        if (((quad & 0xf0f0f0f0) | 0) !== 0x30303030 || ((quad + 0x06060606) & 0x40404040) !== 0) break;
        quad &= 0x0f0f0f0f;
        quad = (quad * 10 + (quad >>> 8)) & 0x00ff00ff;
        mantissa = mantissa * 10000 + ((quad & 0xff) * 100 + (quad >>> 16));
        at += 4;
      }
      byte = bytes[at] ?? 0;
      while (byte >= 0x30 && byte <= 0x39) {
        mantissa = mantissa * 10 + (byte - 0x30);
        byte = bytes[++at] ?? 0;
      }
      exponent = firstDecimal - at;
      if (exponent === 0) break;
    }
    if (byte === 0x65 || byte === 0x45) {
      byte = bytes[++at] ?? 0;
      const down = byte === 0x2d;
      if (down || byte === 0x2b) byte = bytes[++at] ?? 0;
      if (byte < 0x30 || byte > 0x39) break;
      let written = 0;
      do {
        written = written * 10 + (byte - 0x30);
        byte = bytes[++at] ?? 0;
      } while (byte >= 0x30 && byte <= 0x39);
      exponent += down ? -written : written;
    }

    let value = 0;
    if (mantissa <= LAST_EXACT_MANTISSA && exponent <= LAST_EXACT_POWER && exponent >= -LAST_EXACT_POWER) {
      // Two exact operands and one rounding give the nearest 64-bit float.
      value = Math.fround(scale(mantissa, exponent));
    } else {
      // A value near the nearest 64-bit float is enough where all of its neighbourhood rounds to one 32-bit float.
      let upper = -1;
      if (mantissa < LARGEST_MANTISSA && exponent <= LAST_EXACT_POWER && exponent >= -308) {
        const near = scale(mantissa, exponent);
        value = Math.fround(near * (1 - ERROR_BOUND));
        upper = Math.fround(near * (1 + ERROR_BOUND));
      }
      if (value !== upper) value = Math.fround(Math.abs(Number(bytes.toString('latin1', first, at))));
    }
    if (value === Number.POSITIVE_INFINITY) break;
    out[count++] = negative ? -value : value;

    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at] ?? 0;
    if (byte === 0x5d) return { end: at + 1, count };
    if (byte !== 0x2c) break;
    byte = bytes[++at] ?? 0;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      at += 1;
      // Pretty-printed bodies have eight or more spaces in front of each number.
      while (at <= lastQuad && view.getInt32(at, true) === 0x20202020) at += 4;
      byte = bytes[at] ?? 0;
    }
  }
  return { end: -1, count };
}

function scale(mantissa: number, exponent: number): number {
  return exponent < 0 ? mantissa / (POWERS_OF_TEN[-exponent] ?? 1) : mantissa * (POWERS_OF_TEN[exponent] ?? 1);
}
