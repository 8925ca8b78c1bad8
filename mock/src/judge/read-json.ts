// Owns the step from a body's bytes to one JSON value, with what JSON.parse does not tell: names that stand twice, and nesting
// that is too deep. Must not know what the value means.
import { isUtf8 } from 'node:buffer';
import { CallFailure } from '../failure.ts';
import { scanStructure } from './scan-structure.ts';

/** The contract's servers read no more lists and objects inside each other; a valid body needs 4. */
const MAX_DEPTH = 64;

export interface JsonBody {
  readonly value: unknown;
  /** Places of names that stand more than once in their object, for example `instances/0/input_bytes`. */
  readonly repeated: ReadonlySet<string>;
}

/** Throws CallFailure: INVALID_UTF8, INVALID_JSON, NESTING_TOO_DEEP. */
export function readJson(bytes: Uint8Array): JsonBody {
  if (!isUtf8(bytes)) {
    throw new CallFailure(
      'INVALID_UTF8',
      'Expected a body in UTF-8, but some bytes are not part of a character. Send JSON; an audio file goes into it in base64, a compressed body needs a Content-Encoding header.',
    );
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (text.trim() === '') {
    throw new CallFailure('INVALID_JSON', 'The body is empty: expected a JSON object such as {"instances": [{…}]}.');
  }
  const { repeated, tooDeep } = scanStructure(text, MAX_DEPTH);
  if (tooDeep) {
    throw new CallFailure(
      'NESTING_TOO_DEEP',
      `The body opens more than ${MAX_DEPTH} lists and objects inside each other. Compare it with the examples under /docs.`,
    );
  }
  return { value: parse(text), repeated };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The engine's own message quotes the body, which may hold audio or a token.
    const at = /position (\d+)/.exec(error.message)?.[1];
    const place = at === undefined ? '' : ` at character ${at}`;
    throw new CallFailure(
      'INVALID_JSON',
      `The body is not JSON: something is wrong${place}. NaN, comments, single quotes and trailing commas are not JSON.`,
    );
  }
}
