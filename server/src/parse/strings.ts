// Owns JSON string tokens: their grammar (RFC 8259, section 7) and their text. Must not know the contract.
import { BYTE, type Cursor, END } from './cursor.ts';
import { syntaxError } from './syntax-error.ts';

/** Checks one string token and steps over it; the cursor stands at its opening quote. */
export function skipString(cursor: Cursor): void {
  const { bytes } = cursor;
  let at = plainEnd(bytes, cursor.at + 1);
  while (bytes[at] === BYTE.backslash) at = plainEnd(bytes, escapeEnd(cursor, at));
  if (bytes[at] !== BYTE.quote) {
    cursor.at = at;
    const expected = at < bytes.length ? 'control characters in strings to be escaped' : "'\"' behind the string";
    throw syntaxError(cursor, expected);
  }
  cursor.at = at + 1;
}

/** Index of the first byte from `at` on that is not a plain character of a string. */
function plainEnd(bytes: Buffer, start: number): number {
  for (let at = start; ; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22 || byte === 0x5c || byte < 0x20) return at;
  }
}

/** The text of one string token. Lone surrogates in `\u` escapes are kept, as JSON.parse does. */
export function readString(cursor: Cursor): string {
  const { bytes, at } = cursor;
  // Up to the first quote is the whole token unless that quote is escaped; native code is faster than the loop above.
  const end = bytes.indexOf(BYTE.quote, at + 1);
  const text = end < 0 ? undefined : parseToken(bytes, at, end + 1);
  if (text !== undefined) {
    cursor.at = end + 1;
    return text;
  }
  skipString(cursor);
  return String(JSON.parse(bytes.toString('utf8', at, cursor.at)));
}

/** The token's text, or undefined when it does not end here or is wrong, of which skipString finds the place. */
function parseToken(bytes: Buffer, start: number, end: number): string | undefined {
  try {
    return String(JSON.parse(bytes.toString('utf8', start, end)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const SHORT_ESCAPES = new Set(Buffer.from('"\\/bfnrt'));
const LETTER_U = 0x75;

/** Where the escape sequence at `at` ends. */
function escapeEnd(cursor: Cursor, at: number): number {
  const letter = cursor.bytes[at + 1] ?? END;
  if (SHORT_ESCAPES.has(letter)) return at + 2;
  if (letter === LETTER_U && areHexDigits(cursor.bytes, at + 2, at + 6)) return at + 6;
  cursor.at = at;
  throw syntaxError(cursor, 'one of the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX');
}

function areHexDigits(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? END;
    // Setting this bit makes capital letters small ones.
    const letter = byte | 0x20;
    if (!(byte >= 0x30 && byte <= 0x39) && !(letter >= 0x61 && letter <= 0x66)) return false;
  }
  return true;
}
