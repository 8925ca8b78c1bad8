// Owns the step from a form with files to model input: each file decoded by itself, in the form's order. Pure and synchronous, as
// decode-body.ts is. Must not queue or know HTTP.
import type { AnyAlgorithm, ParsedObject } from '../algorithms/algorithm.ts';
import { type FormFile, readFormFiles } from '../parse/form-files.ts';
import { type DecodedBody, decodeFile, type InstanceFailure } from './decode-body.ts';

/** Where the files of a form are, and how many there may be. */
export interface FormLimits {
  /** The request's, which says what stands between the parts. */
  readonly contentType: string;
  readonly maxFiles: number;
}

const NO_FILE: InstanceFailure = {
  reason: 'INVALID_AUDIO',
  description: 'Expected a file with its name in the part, got text. Send it as `curl -F files=@FILE` does.',
};

/** Decodes the parts that `readFormFiles` found. The rows may lie in the memory of the parts. */
export function decodeFormFiles(
  parts: readonly FormFile[],
  algorithm: AnyAlgorithm,
  parameters: ParsedObject,
): DecodedBody {
  const instances = parts.map((part) => (part === 'text' ? NO_FILE : decodeFile(part, algorithm, parameters)));
  return { instances, parameters };
}

/** Reads and decodes a whole form; no row lies in its memory. Throws RequestError when it is malformed. */
export function decodeForm(
  body: Uint8Array,
  { contentType, maxFiles }: FormLimits,
  algorithm: AnyAlgorithm,
  parameters: ParsedObject,
): DecodedBody {
  const { instances } = decodeFormFiles(readFormFiles(body, contentType, maxFiles), algorithm, parameters);
  const own = (row: (typeof instances)[number]) =>
    row instanceof Float32Array && row.buffer === body.buffer ? row.slice() : row;
  return { instances: instances.map(own), parameters };
}
