// Owns the powers of ten from which the shortest texts are made. Knows nothing of wasm.

/** 10^e for each e from `lowest` to `highest`, as 64-bit integers with the highest bit set (times a power of two), rounded up. */
export function scales(lowest: number, highest: number): bigint[] {
  return Array.from({ length: highest - lowest + 1 }, (_, index) => scaleOf(lowest + index));
}

function scaleOf(exponent: number): bigint {
  const power = 10n ** BigInt(Math.abs(exponent));
  const bits = power.toString(2).length;
  if (exponent >= 0) {
    const surplus = BigInt(Math.max(0, bits - 64));
    return dividedUp(power << BigInt(Math.max(0, 64 - bits)), 1n << surplus);
  }
  // 2^(bits - 1) < power < 2^bits, so the quotient has 64 bits.
  return dividedUp(1n << BigInt(63 + bits), power);
}

function dividedUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
