// Owns stepping over one JSON value of any kind with the whole grammar checked, and the names of the JSON types. Goes down
// without recursion, so that deep nesting cannot overflow the stack. Must not know the contract.
import { readName } from './containers.ts';
import { BYTE, byteAt, type Cursor, enter, leave, nextByte, stepOverComma } from './cursor.ts';
import { beginsNumber, skipNumber } from './numbers.ts';
import { skipString } from './strings.ts';
import { syntaxError } from './syntax-error.ts';

/** Steps over the value at the cursor. Throws RequestError INVALID_JSON or NESTING_TOO_DEEP. */
export function skipValue(cursor: Cursor): void {
  // The closing brackets that are still to come.
  const closers: number[] = [];
  do {
    const closer = closerOf(nextByte(cursor));
    if (closer === undefined) skipScalar(cursor);
    else {
      enter(cursor);
      closers.push(closer);
      if (nextByte(cursor) !== closer) {
        if (closer === BYTE.closeObject) readName(cursor);
        continue;
      }
    }
    closeFinished(cursor, closers);
  } while (closers.length > 0);
}

/** Behind a value: closes all that ends here and stands at the next value, if one is to come. */
function closeFinished(cursor: Cursor, closers: number[]): void {
  for (let closer = closers.at(-1); closer !== undefined; closer = closers.at(-1)) {
    if (stepOverComma(cursor)) {
      if (closer === BYTE.closeObject) readName(cursor);
      return;
    }
    if (byteAt(cursor) !== closer)
      throw syntaxError(cursor, closer === BYTE.closeList ? "',' or ']' in the list" : "',' or '}' in the object");
    leave(cursor);
    closers.pop();
  }
}

const LITERALS = [
  { text: 'true', type: 'a boolean' },
  { text: 'false', type: 'a boolean' },
  { text: 'null', type: 'null' },
] as const;

function skipScalar(cursor: Cursor): void {
  const byte = byteAt(cursor);
  if (byte === BYTE.quote) skipString(cursor);
  else if (beginsNumber(byte)) skipNumber(cursor);
  else {
    const literal = literalAt(cursor);
    if (literal === undefined) throw syntaxError(cursor, 'a JSON value');
    cursor.at += literal.text.length;
  }
}

export type JsonType = 'a string' | 'a number' | 'a list' | 'an object' | 'a boolean' | 'null' | 'no JSON value';

/** The type of the value at the cursor, told by its first bytes. */
export function jsonTypeAt(cursor: Cursor): JsonType {
  const byte = byteAt(cursor);
  if (byte === BYTE.quote) return 'a string';
  if (byte === BYTE.openList) return 'a list';
  if (byte === BYTE.openObject) return 'an object';
  if (beginsNumber(byte)) return 'a number';
  return literalAt(cursor)?.type ?? 'no JSON value';
}

function literalAt(cursor: Cursor): (typeof LITERALS)[number] | undefined {
  const text = cursor.bytes.toString('latin1', cursor.at, cursor.at + 5);
  return LITERALS.find((literal) => text.startsWith(literal.text));
}

function closerOf(byte: number): number | undefined {
  if (byte === BYTE.openList) return BYTE.closeList;
  return byte === BYTE.openObject ? BYTE.closeObject : undefined;
}
