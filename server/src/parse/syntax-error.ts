// Owns the errors for bodies that are not JSON at all: where it went wrong, what stood there, and help for what people
// commonly send instead of JSON. Must not know the contract; shows one character of the body at most.
import { RequestError } from '../errors.ts';
import type { Cursor } from './cursor.ts';

/** INVALID_JSON at the cursor. `expected` ends the sentence "Expected …". */
export function syntaxError(cursor: Cursor, expected: string): RequestError {
  const { bytes, at } = cursor;
  const place = locate(bytes, at);
  return new RequestError(
    'INVALID_JSON',
    `The body is not JSON: expected ${expected} at ${place}, got ${describeByte(bytes[at])}.${helpFor(bytes, at)}`,
    { metadata: { byteOffset: String(at) } },
  );
}

/** INVALID_JSON for a body without any value in it. */
export function emptyBody(): RequestError {
  return new RequestError('INVALID_JSON', 'The body is empty: expected a JSON object such as {"instances": [{…}]}.');
}

/** INVALID_UTF8 with the place of the first byte that is not UTF-8. */
export function invalidUtf8(bytes: Buffer): RequestError {
  // Decoding replaces what is wrong by U+FFFD, so the first difference after encoding again is the first wrong byte.
  const repaired = Buffer.from(bytes.toString('utf8'), 'utf8');
  let at = 0;
  while (at < bytes.length && bytes[at] === repaired[at]) at += 1;
  return new RequestError(
    'INVALID_UTF8',
    `The body is not UTF-8: byte ${at} is not part of a character. Encode the JSON text as UTF-8; ` +
      'an audio file does not go into the body as it is, and a compressed body needs a Content-Encoding header.',
    { metadata: { byteOffset: String(at) } },
  );
}

/** NESTING_TOO_DEEP at the cursor. */
export function nestingTooDeep(cursor: Cursor): RequestError {
  const { bytes, at, maxDepth } = cursor;
  return new RequestError(
    'NESTING_TOO_DEEP',
    `The body opens more than ${maxDepth} lists and objects inside each other at ${locate(bytes, at)}. ` +
      'No valid request is nested so deep; compare yours with the examples.',
    { metadata: { byteOffset: String(at), maxDepth: String(maxDepth) } },
  );
}

/** Columns count characters, not bytes: bytes 10xxxxxx go on with the character before them. */
function locate(bytes: Buffer, at: number): string {
  let line = 1;
  let column = 1;
  for (const byte of bytes.subarray(0, at)) {
    if (byte === 0x0a) {
      line += 1;
      column = 1;
    } else if ((byte & 0xc0) !== 0x80) column += 1;
  }
  return `byte ${at} (line ${line}, column ${column})`;
}

function describeByte(byte: number | undefined): string {
  if (byte === undefined) return 'the end of the body';
  if (byte === 0x0a || byte === 0x0d) return 'a line break';
  if (byte === 0x27) return 'a single quote';
  if (byte > 0x20 && byte < 0x7f) return `'${String.fromCharCode(byte)}'`;
  return byte < 0x80 ? `byte 0x${byte.toString(16).padStart(2, '0')}` : 'a character outside ASCII';
}

const HELP: readonly { readonly here: RegExp; readonly before?: RegExp; readonly help: string }[] = [
  {
    here: /^(nan|[+-]?inf)/i,
    help: 'NaN and Infinity are not JSON: replace such samples by finite numbers before sending.',
  },
  { here: /^(None|True|False|undefined)/, help: 'Write null, true or false; in Python, send json.dumps(body).' },
  { here: /^'/, help: 'JSON takes double quotes only; in Python, send json.dumps(body), not str(body).' },
  { before: /,\s*$/, here: /^[\]}]/, help: 'Remove the comma in front of it.' },
  { here: /^(\/[/*]|#)/, help: 'JSON has no comments: remove it.' },
  { here: /^\xef\xbb\xbf/, help: 'Send UTF-8 without a byte order mark.' },
  { here: /^\0/, help: 'This looks like UTF-16: send UTF-8.' },
  { here: /^[+.]/, help: 'JSON numbers begin with a digit or a minus sign.' },
];

function helpFor(bytes: Buffer, at: number): string {
  if (at >= bytes.length) return ' The body seems to be cut off: compare its length with Content-Length.';
  const before = bytes.toString('latin1', Math.max(0, at - 32), at);
  const here = bytes.toString('latin1', at, at + 16);
  const found = HELP.find((entry) => entry.here.test(here) && (entry.before?.test(before) ?? true));
  return found === undefined ? '' : ` ${found.help}`;
}
