// Owns base64 in the standard alphabet with padding (RFC 4648, section 4): decoding it from a JSON string token and saying
// what is wrong with it. Bits that the padding leaves over need not be zero, as in Python's decoder.
import type { BytesShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { giveBack, takeBytes } from '../recycled-memory.ts';
import { BYTE, type Cursor } from './cursor.ts';
import { readString } from './strings.ts';
import { checkCount, invalid, type ReadResult, valid } from './value-problem.ts';

/** Reads the string token at the cursor as a Uint8Array with memory of its own, which may be given back. */
export function readBytes(cursor: Cursor, shape: BytesShape, path: string): ReadResult {
  // Base64 characters up to the next quote are the whole token. Anything else, an escape such as `\/` among it, takes the
  // exact way: on 85 kB the search costs 1 µs and a look at every byte in JavaScript 80.
  const { bytes } = cursor;
  const start = cursor.at + 1;
  const end = bytes.indexOf(BYTE.quote, start);
  if (end >= 0) {
    const text = bytes.toString('latin1', start, end);
    const decoded = decodeBase64(text);
    if (decoded !== undefined) {
      cursor.at = end + 1;
      return checkLength(text, shape, path) ?? valid(decoded);
    }
  }
  const text = readString(cursor);
  const wrongLength = checkLength(text, shape, path);
  if (wrongLength !== undefined) return wrongLength;
  const decoded = decodeBase64(text);
  return decoded === undefined ? invalid('INVALID_BASE64', path, explain(text)) : valid(decoded);
}

function checkLength(text: string, shape: BytesShape, path: string): ReadResult | undefined {
  return checkCount(
    path,
    text.length,
    shape.minLength ?? 0,
    shape.maxLength ?? Number.POSITIVE_INFINITY,
    'base64 character',
  );
}

/** The bytes, or undefined when the text is anything but padded standard base64. */
function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  // Every byte of it is written, or none of it is given out.
  const decoded = takeBytes((text.length / 4) * 3 - padding);
  if (isWritten(decoded, text)) return decoded;
  giveBack(decoded);
  return undefined;
}

function isWritten(decoded: Uint8Array, text: string): boolean {
  try {
    const { read, written } = decoded.setFromBase64(text);
    // White space is stepped over, which leaves fewer bytes than the text's length stands for.
    return written === decoded.length && read === text.length;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function explain(text: string): string {
  const expected = 'expected standard base64 (A-Z a-z 0-9 + / and = padding)';
  if (/^data:/i.test(text)) return `${expected}, got a data URL; send only what stands behind its comma`;
  const at = text.search(/[^A-Za-z0-9+/]/);
  const odd = text[at];
  if (odd === '-' || odd === '_') return `${expected}, got the URL-safe alphabet; use the standard encoder`;
  if (odd === '\n' || odd === '\r')
    return `${expected}, got a line break at character ${at}; encode without line breaks`;
  if (odd === ' ' || odd === '\t') return `${expected}, got white space at character ${at}`;
  if (odd !== undefined && odd !== '=') return `${expected}, got another character at ${at}`;
  if (odd === '=' && !/^={1,2}$/.test(text.slice(at)))
    return `${expected}, got = at character ${at}, before the last two places`;
  return `${expected}, got ${text.length} characters, which is not a multiple of 4; keep the = padding and send the whole text`;
}
