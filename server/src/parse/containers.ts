// Owns the punctuation of JSON lists and objects. What stands in them is for the callers to read; this file must not know
// the contract.
import { BYTE, byteAt, type Cursor, enter, leave, nextByte, stepOverComma } from './cursor.ts';
import { readString } from './strings.ts';
import { syntaxError } from './syntax-error.ts';

/** Reads `"name":` and stands at the member's value. */
export function readName(cursor: Cursor): string {
  if (nextByte(cursor) !== BYTE.quote) throw syntaxError(cursor, 'a field name in double quotes');
  const name = readString(cursor);
  if (nextByte(cursor) !== BYTE.colon) throw syntaxError(cursor, "':' behind the field name");
  cursor.at += 1;
  nextByte(cursor);
  return name;
}

/**
 * Reads a list; the cursor stands at its `[`. `readElement` starts at an element and must end right behind it.
 *
 * @returns the number of elements.
 */
export function readElements(cursor: Cursor, readElement: (index: number) => void): number {
  enter(cursor);
  let count = 0;
  if (nextByte(cursor) !== BYTE.closeList) {
    do {
      nextByte(cursor);
      readElement(count);
      count += 1;
    } while (stepOverComma(cursor));
    if (byteAt(cursor) !== BYTE.closeList) throw syntaxError(cursor, "',' or ']' in the list");
  }
  leave(cursor);
  return count;
}

/** Reads an object; the cursor stands at its `{`. `readMember` starts at the member's value and must end right behind it. */
export function readMembers(cursor: Cursor, readMember: (name: string) => void): void {
  enter(cursor);
  if (nextByte(cursor) !== BYTE.closeObject) {
    do readMember(readName(cursor));
    while (stepOverComma(cursor));
    if (byteAt(cursor) !== BYTE.closeObject) throw syntaxError(cursor, "',' or '}' in the object");
  }
  leave(cursor);
}
