// Owns taking a predict body out of the google.api.HttpBody that Google's generated clients put around the raw one:
// `{"httpBody": {"contentType": "application/json", "data": "<base64>"}}`. Must not know what is inside.
import { isUtf8 } from 'node:buffer';
import { readBytes } from './base64.ts';
import { readMembers } from './containers.ts';
import { BYTE, type Cursor, cursorOf, nextByte, type ReadingLimits } from './cursor.ts';
import { expectEnd } from './read-request.ts';
import { jsonTypeAt, skipValue } from './skip.ts';
import { invalidUtf8 } from './syntax-error.ts';
import { throwViolations, type Violation } from './violations.ts';

const WRAPPER = 'httpBody';

/**
 * The bytes inside, with a buffer of their own; undefined when the body does not begin as an HttpBody, and is then to be read as it
 * is. Throws RequestError for one that is malformed or holds no data; TooMuchToReadError.
 */
export function unwrapHttpBody(body: Uint8Array, limits: ReadingLimits = {}): Uint8Array | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const cursor = cursorOf(bytes, limits);
  if (!beginsWithWrapper(cursor)) return undefined;
  if (!isUtf8(bytes)) throw invalidUtf8(bytes);
  const violations: Violation[] = [];
  let data: Uint8Array | undefined;
  nextByte(cursor);
  readMembers(cursor, (name) => {
    if (name !== WRAPPER || jsonTypeAt(cursor) !== 'an object') return skipValue(cursor);
    readMembers(cursor, (field) => {
      if (field !== 'data' || jsonTypeAt(cursor) !== 'a string') return skipValue(cursor);
      const result = readBytes(cursor, { kind: 'bytes' }, `${WRAPPER}.data`);
      // readBytes gives a Uint8Array when all is well.
      if (result.ok) data = result.value as Uint8Array;
      else violations.push({ reason: 'INVALID_VALUE', field: result.problem.path, description: result.problem.text });
    });
  });
  expectEnd(cursor);
  if (data === undefined && violations.length === 0) {
    const description = 'expected the body of the call in base64, got none';
    violations.push({ reason: 'MISSING_FIELD', field: `${WRAPPER}.data`, description });
  }
  throwViolations(violations);
  return data;
}

/** A look at the first name alone, so that the usual body costs nothing. Wrong JSON is for the reader of the usual body to find. */
function beginsWithWrapper({ ...cursor }: Cursor): boolean {
  if (nextByte(cursor) !== BYTE.openObject) return false;
  cursor.at += 1;
  nextByte(cursor);
  const name = `"${WRAPPER}"`;
  return cursor.bytes.toString('latin1', cursor.at, cursor.at + name.length) === name;
}
