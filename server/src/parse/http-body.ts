// Owns taking a predict body out of the google.api.HttpBody that Google's generated clients put around the raw one:
// `{"httpBody": {"contentType": "application/json", "data": "<base64>"}}`. Must not know what is inside.
import { isUtf8 } from 'node:buffer';
import { readBytes } from './base64.ts';
import { readMembers } from './containers.ts';
import { BYTE, type Cursor, cursorOf, nextByte, type ReadingLimits } from './cursor.ts';
import { showName } from './messages.ts';
import { expectEnd } from './read-request.ts';
import { jsonTypeAt, skipValue } from './skip.ts';
import { readString } from './strings.ts';
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
  const found = new Set<string>();
  const repeated = new Set<string>();
  /** Whether a known field stands there for the first time; a second one would make the body mean what its reader likes. */
  const isFirst = (path: string): boolean => {
    if (found.has(path)) repeated.add(path);
    return found.size < found.add(path).size;
  };
  let data: Uint8Array | undefined;
  nextByte(cursor);
  readMembers(cursor, (name) => {
    if (name !== WRAPPER || !isFirst(WRAPPER) || jsonTypeAt(cursor) !== 'an object') return skipValue(cursor);
    readMembers(cursor, (field) => {
      const path = `${WRAPPER}.${field}`;
      const isText = jsonTypeAt(cursor) === 'a string';
      if (field === 'contentType' && isFirst(path) && isText) {
        const problem = typeProblem(readString(cursor));
        if (problem !== undefined)
          violations.push({ reason: 'UNSUPPORTED_MEDIA_TYPE', field: path, description: problem });
      } else if (field === 'data' && isFirst(path) && isText) {
        const result = readBytes(cursor, { kind: 'bytes' }, path);
        // readBytes gives a Uint8Array when all is well.
        if (result.ok) data = result.value as Uint8Array;
        else violations.push({ reason: 'INVALID_VALUE', field: result.problem.path, description: result.problem.text });
      } else skipValue(cursor);
    });
  });
  expectEnd(cursor);
  for (const field of repeated)
    violations.push({ reason: 'DUPLICATE_FIELD', field, description: 'expected once, got more than once' });
  if (data === undefined && violations.length === 0) {
    const description = 'expected the body of the call in base64, got none';
    violations.push({ reason: 'MISSING_FIELD', field: `${WRAPPER}.data`, description });
  }
  throwViolations(violations);
  return data;
}

/** Why the content cannot be read; a wrapper that does not say what it is holds JSON. */
function typeProblem(contentType: string): string | undefined {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === '' || mediaType === 'application/json') return undefined;
  return `expected application/json, got ${showName(contentType)}; send a file itself as the body of the call, or as input_bytes in JSON`;
}

/** A look at the first name alone, so that the usual body costs nothing. Wrong JSON is for the reader of the usual body to find. */
function beginsWithWrapper({ ...cursor }: Cursor): boolean {
  if (nextByte(cursor) !== BYTE.openObject) return false;
  cursor.at += 1;
  nextByte(cursor);
  const name = `"${WRAPPER}"`;
  return cursor.bytes.toString('latin1', cursor.at, cursor.at + name.length) === name;
}
