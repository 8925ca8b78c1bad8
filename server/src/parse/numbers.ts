// Owns single JSON numbers: their strict grammar (RFC 8259, section 6) and their value as a 64-bit float. Long lists of
// numbers take scan-floats.ts instead. Must not know the contract.
import { BYTE, byteAt, type Cursor, END } from './cursor.ts';
import { syntaxError } from './syntax-error.ts';

/** Whether a value with this first byte is a number. */
export function beginsNumber(byte: number): boolean {
  return byte === BYTE.minus || isDigit(byte);
}

/** Checks one number and steps over it. */
export function skipNumber(cursor: Cursor): void {
  if (byteAt(cursor) === BYTE.minus) cursor.at += 1;
  if (byteAt(cursor) === BYTE.zero) {
    cursor.at += 1;
    if (isDigit(byteAt(cursor))) throw syntaxError(cursor, 'no digit behind a leading zero');
  } else skipDigits(cursor);
  if (byteAt(cursor) === BYTE.point) {
    cursor.at += 1;
    skipDigits(cursor);
  }
  if (byteAt(cursor) === 0x65 || byteAt(cursor) === 0x45) {
    cursor.at += 1;
    if (byteAt(cursor) === BYTE.plus || byteAt(cursor) === BYTE.minus) cursor.at += 1;
    skipDigits(cursor);
  }
}

/** The nearest 64-bit float, as JSON.parse reads it: ±Infinity when the number is too large. */
export function readNumber(cursor: Cursor): number {
  const start = cursor.at;
  skipNumber(cursor);
  return Number(cursor.bytes.toString('latin1', start, cursor.at));
}

function skipDigits(cursor: Cursor): void {
  if (!isDigit(byteAt(cursor))) throw syntaxError(cursor, 'a digit of a number');
  const { bytes } = cursor;
  let at = cursor.at + 1;
  while (isDigit(bytes[at] ?? END)) at += 1;
  cursor.at = at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
